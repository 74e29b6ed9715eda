using System.Collections.Concurrent;

namespace Cozy.Web.Apps.Serving;

/// <summary>
/// Contents of small files in memory. When it is full it starts anew: what is used often is back after one read.
/// </summary>
/// <param name="limit">Most bytes.</param>
internal sealed class SmallFileCache(long limit)
{
    private const long LargestFile = 1 << 20;

    private readonly ConcurrentDictionary<(string Content, long Offset), byte[]> _contents = new();
    private long _bytes;

    /// <summary>Whether a file of this length would be kept.</summary>
    public bool Accepts(long length) => length <= Math.Min(LargestFile, limit / 8);

    /// <summary>A content that is kept.</summary>
    public byte[]? Find(string content, long offset) => _contents.GetValueOrDefault((content, offset));

    /// <summary>Keeps a content if it is small enough.</summary>
    public void Add(string content, long offset, byte[] bytes)
    {
        if (!Accepts(bytes.Length) || !_contents.TryAdd((content, offset), bytes))
            return;
        if (Interlocked.Add(ref _bytes, bytes.Length) <= limit)
            return;
        _contents.Clear();
        Interlocked.Exchange(ref _bytes, 0);
    }
}
