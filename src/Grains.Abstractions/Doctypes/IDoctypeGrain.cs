using Cozy.Grains.Realtime;
using Orleans.Concurrency;

namespace Cozy.Grains.Doctypes;

/// <summary>
/// The single writer of one instance's documents of one doctype. The key is made by <see cref="DoctypeKey"/>.
/// </summary>
[Alias("cozy.IDoctypeGrain")]
public interface IDoctypeGrain : IGrainWithStringKey
{
    /// <summary>
    /// The winning revision of a document (a tombstone when it is deleted), or the revision asked for; null when
    /// there is none.
    /// </summary>
    /// <exception cref="Errors.CozyException">NotFound with code <c>wrong_doctype</c>: no document was ever written.</exception>
    [ReadOnly, Alias("Read")]
    ValueTask<Document?> ReadAsync(string id, string? revision = null);

    /// <summary>
    /// Applies edits, each on its own, and answers in their order once they are durable. The first edit of a doctype
    /// creates its database.
    /// </summary>
    [AlwaysInterleave, Alias("Edit")]
    Task<IReadOnlyList<EditOutcome>> EditAsync(IReadOnlyList<Edit> edits);

    /// <summary>
    /// Has the doctype's events told to the instance's Realtime grain from now on, as long as this is repeated every
    /// <see cref="RealtimeOptions.Heartbeat"/>.
    /// </summary>
    /// <returns>Where the events are; another period than before means that some were missed.</returns>
    [AlwaysInterleave, Alias("Watch")]
    ValueTask<EventPosition> WatchAsync();

    /// <summary>
    /// Remembers for good that a grain of the same instance (an <see cref="IDocumentListenerGrain"/>) is to be told of the
    /// doctype's changes.
    /// </summary>
    /// <returns>The sequence after which the listener is told of everything; null for everything that there will be.</returns>
    [AlwaysInterleave, Alias("AddListener")]
    Task<string?> AddListenerAsync(GrainId listener);

    /// <summary>Forgets a listener; one that is not known is no error.</summary>
    [AlwaysInterleave, Alias("RemoveListener")]
    Task RemoveListenerAsync(GrainId listener);

    /// <summary>Drops what is remembered of the documents, because they are destroyed with their instance.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync();
}

/// <summary>Keys of <see cref="IDoctypeGrain"/>.</summary>
public static class DoctypeKey
{
    /// <summary>The key for a doctype of an instance.</summary>
    public static string Of(string instanceId, string doctype) => $"{instanceId}/{doctype}";

    /// <summary>The instance and the doctype of a key.</summary>
    public static (string InstanceId, string Doctype) Split(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return (key[..slash], key[(slash + 1)..]);
    }
}

/// <summary>One revision of a document.</summary>
/// <param name="Id">Its <c>_id</c>.</param>
/// <param name="Revision">Its <c>_rev</c>.</param>
/// <param name="Deleted">Whether it is a tombstone.</param>
/// <param name="Members">Its own members as canonical UTF-8 JSON without braces.</param>
[GenerateSerializer, Immutable, Alias("cozy.Document")]
public sealed record Document(
    [property: Id(0)] string Id,
    [property: Id(1)] string Revision,
    [property: Id(2)] bool Deleted,
    [property: Id(3)] ReadOnlyMemory<byte> Members);

/// <summary>A change to one document.</summary>
/// <param name="Id">Its <c>_id</c>.</param>
/// <param name="Parent">The <c>_rev</c> it replaces; null to create.</param>
/// <param name="Deleted">Whether to delete it.</param>
/// <param name="Members">The new content, canonical, as in <see cref="Document.Members"/>.</param>
/// <param name="IsRetry">
/// The edit was sent before and its outcome is unknown: when the document is exactly as the edit would leave it, that
/// is a success and not a conflict.
/// </param>
[GenerateSerializer, Immutable, Alias("cozy.Edit")]
public sealed record Edit(
    [property: Id(0)] string Id,
    [property: Id(1)] string? Parent,
    [property: Id(2)] bool Deleted,
    [property: Id(3)] ReadOnlyMemory<byte> Members,
    [property: Id(4)] bool IsRetry = false);

/// <summary>What became of an edit.</summary>
/// <param name="Id">The document.</param>
/// <param name="Revision">Its new <c>_rev</c>; null when it was not changed.</param>
/// <param name="Error">CouchDB's word for why not, such as <c>conflict</c>; null on success.</param>
/// <param name="Reason">CouchDB's sentence for it.</param>
[GenerateSerializer, Immutable, Alias("cozy.EditOutcome")]
public sealed record EditOutcome(
    [property: Id(0)] string Id,
    [property: Id(1)] string? Revision,
    [property: Id(2)] string? Error,
    [property: Id(3)] string? Reason);
