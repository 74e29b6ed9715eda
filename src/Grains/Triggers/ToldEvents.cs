using Cozy.Grains.Realtime;

namespace Cozy.Grains.Triggers;

/// <summary>
/// What the scheduler was told of changes and has not handled. The changes feed is the truth, so what does not fit here
/// costs only steps in between and what documents were before.
/// </summary>
internal sealed class ToldEvents
{
    private const int MostEvents = 1000;
    private const long MostBytes = 4 << 20;
    private readonly Dictionary<string, (List<DocumentEvent> Events, long Bytes)> _byDoctype = new(StringComparer.Ordinal);

    /// <summary>Whether there may be something to handle.</summary>
    public bool Any => _byDoctype.Count > 0;

    /// <summary>Remembers that there may be changes.</summary>
    public void MarkAll(string doctype) => _byDoctype.TryAdd(doctype, ([], 0));

    /// <summary>Remembers what was told.</summary>
    public void Add(EventBatch batch)
    {
        MarkAll(batch.Doctype);
        var (events, bytes) = _byDoctype[batch.Doctype];
        foreach (var one in batch.Events)
        {
            if (events.Count >= MostEvents || bytes + one.Size > MostBytes)
                break;
            events.Add(one);
            bytes += one.Size;
        }

        _byDoctype[batch.Doctype] = (events, bytes);
    }

    /// <summary>The doctypes that may have changes.</summary>
    public IReadOnlyList<string> Doctypes => [.. _byDoctype.Keys];

    /// <summary>What was told of a doctype, which stays to be handled.</summary>
    public IReadOnlyList<DocumentEvent> Of(string doctype) => _byDoctype.TryGetValue(doctype, out var told) ? told.Events : [];

    /// <summary>Takes what was told of a doctype.</summary>
    public IReadOnlyList<DocumentEvent> Take(string doctype) => _byDoctype.Remove(doctype, out var told) ? told.Events : [];
}
