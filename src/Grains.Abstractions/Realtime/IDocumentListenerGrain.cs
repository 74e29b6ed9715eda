using Orleans.Concurrency;

namespace Cozy.Grains.Realtime;

/// <summary>
/// A grain that is told of the changes of doctypes it asked for with <c>IDoctypeGrain.AddListenerAsync</c>. The changes
/// feed is the truth: the listener keeps the sequence up to which it has handled changes, and what it is told here only
/// wakes it and adds what the feed does not have (steps between two reads, what a document was before).
/// </summary>
[Alias("cozy.IDocumentListenerGrain")]
public interface IDocumentListenerGrain : IGrain
{
    /// <summary>Documents of a doctype changed. May be told twice, or with <c>IsIncomplete</c> and no events at all.</summary>
    [AlwaysInterleave, Alias("DocumentsChanged")]
    Task DocumentsChangedAsync(EventBatch batch);
}
