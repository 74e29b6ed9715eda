using System.Text;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>Reads what a program writes: line by line, and no more than it may write.</summary>
internal sealed class ProgramOutput(long maxBytes)
{
    private const int BufferBytes = 16 * 1024;
    private const int LongestLine = 64 * 1024;
    private const int LongestError = 16 * 1024;

    private readonly StringBuilder _error = new();
    private long _left = maxBytes;

    /// <summary>The end of what it wrote to its standard error.</summary>
    public string Error
    {
        get
        {
            lock (_error)
                return _error.ToString();
        }
    }

    /// <summary>Whether it wrote more than it may.</summary>
    public bool IsOver => Interlocked.Read(ref _left) < 0;

    /// <summary>Hands on the lines of its standard output, cut to 64 KiB, until its end or until it wrote too much.</summary>
    public async Task ReadLinesAsync(Stream output, Func<ReadOnlyMemory<byte>, Task> take, CancellationToken cancellationToken)
    {
        var line = new MemoryStream();
        await ReadAsync(
            output,
            async bytes =>
            {
                while (bytes.Span.IndexOf((byte)'\n') is >= 0 and var end)
                {
                    Append(line, bytes[..end]);
                    await take(line.ToArray());
                    line.SetLength(0);
                    bytes = bytes[(end + 1)..];
                }

                Append(line, bytes);
            },
            cancellationToken);
        if (line.Length > 0 && !IsOver)
            await take(line.ToArray());
    }

    /// <summary>Keeps the end of its standard error.</summary>
    public Task ReadErrorAsync(Stream error, CancellationToken cancellationToken) => ReadAsync(
        error,
        bytes =>
        {
            lock (_error)
            {
                _error.Append(Encoding.UTF8.GetString(bytes.Span));
                if (_error.Length > LongestError)
                    _error.Remove(0, _error.Length - LongestError);
            }

            return Task.CompletedTask;
        },
        cancellationToken);

    private static void Append(MemoryStream line, ReadOnlyMemory<byte> bytes) =>
        line.Write(bytes.Span[..Math.Min(bytes.Length, LongestLine - (int)line.Length)]);

    private async Task ReadAsync(Stream stream, Func<ReadOnlyMemory<byte>, Task> take, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (Interlocked.Add(ref _left, -read) < 0)
                return;
            await take(buffer.AsMemory(0, read));
        }
    }
}
