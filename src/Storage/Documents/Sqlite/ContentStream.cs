namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// Reads the bytes of an attachment piece by piece. Between pieces nothing is held open; when the attachment is dropped
/// meanwhile, reading fails.
/// </summary>
/// <param name="file">The file that holds it.</param>
/// <param name="content">Where in the file.</param>
/// <param name="length">How many bytes there are.</param>
internal sealed class ContentStream(PartitionFile file, long content, long length) : Stream
{
    private byte[] _piece = [];
    private int _number = -1;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= length || buffer.IsEmpty)
            return 0;
        var number = (int)(Position / Contents.PieceBytes);
        if (number != _number)
        {
            _piece = await Task.Run(() => ReadPiece(number), cancellationToken).ConfigureAwait(false);
            _number = number;
        }

        var rest = _piece.AsMemory((int)(Position % Contents.PieceBytes));
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        Position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private byte[] ReadPiece(int number) =>
        file.TryRead(
            (content, number), static (session, place) => Contents.ReadPiece(session, place.content, place.number), out var piece)
            ? piece ?? throw Gone()
            : throw Gone();

    private static DocumentStoreException Gone() =>
        new(StoreError.NotFound, "not_found", "The attachment was removed while it was read.");
}
