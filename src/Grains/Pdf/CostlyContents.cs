using System.Collections.Concurrent;

namespace Cozy.Grains.Pdf;

/// <summary>
/// Contents that cost a worker lately: who asks for them over and over, such as through a public link, would keep the
/// workers from others. Bounded, and forgotten after a while: it may have been the machine that was slow.
/// </summary>
internal sealed class CostlyContents(TimeProvider time)
{
    private const int Capacity = 10_000;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(string Instance, string Version), long> _since = new();

    public void Add(PdfSource source)
    {
        if (_since.Count >= Capacity)
            _since.Clear();
        _since[(source.InstanceId, source.VersionId)] = time.GetTimestamp();
    }

    public bool Contains(PdfSource source) =>
        _since.TryGetValue((source.InstanceId, source.VersionId), out var since) && time.GetElapsedTime(since) < Memory;
}
