namespace Cozy.Storage.Blobs.Swift;

/// <summary>
/// Reads an object. When the connection breaks, or nothing comes for too long, it asks for the rest: what has a key never
/// changes, so the parts fit. Gives up when several attempts in a row bring nothing.
/// </summary>
internal sealed class SwiftDownload(SwiftClient client, string path, BlobRange range, HttpResponseMessage response, Stream body) : Stream
{
    private const int MaxFailures = 3;

    private HttpResponseMessage _response = response;
    private Stream _body = body;
    private long _read;
    private int _failures;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0 && _read < range.Length)
        {
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(client.AnswerTimeout);
                if (await _body.ReadAsync(buffer, patience.Token) is > 0 and var count)
                {
                    (_read, _failures) = (_read + count, 0);
                    return count;
                }

                throw new HttpIOException(HttpRequestError.ResponseEnded, "Swift ended the content early.");
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested && ++_failures < MaxFailures
                && (SwiftErrors.IsRemote(failure) || failure is OperationCanceledException))
            {
                await ReopenAsync(cancellationToken);
            }
        }

        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = _body.Read(buffer, offset, count);
        _read += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _response.Dispose();
        base.Dispose(disposing);
    }

    private async Task ReopenAsync(CancellationToken cancellationToken)
    {
        _response.Dispose();
        var rest = new BlobRange(range.Offset + _read, range.Length - _read);
        _response = await client.GetAsync(path, rest, cancellationToken);
        if (_response.Content.Headers.ContentRange?.From is { } from ? from != rest.Offset : rest.Offset > 0 || !_response.IsSuccessStatusCode)
            throw SwiftErrors.Of(_response, "GET " + path);
        _body = await _response.Content.ReadAsStreamAsync(cancellationToken);
    }
}
