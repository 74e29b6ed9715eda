using Cozy.Grains.Doctypes;
using Orleans.Concurrency;

namespace Cozy.Grains.Realtime;

/// <summary>What happened to a document.</summary>
[GenerateSerializer, Alias("cozy.EventVerb")]
public enum EventVerb
{
    /// <summary>It was created, or made anew after it had been deleted.</summary>
    Created = 0,

    /// <summary>It was changed.</summary>
    Updated = 1,

    /// <summary>It was deleted.</summary>
    Deleted = 2,

    /// <summary>Somebody sent a message about it; nothing was written.</summary>
    Notified = 3,
}

/// <summary>Something that happened to a document, told after it is durable.</summary>
/// <param name="Doctype">The document's doctype.</param>
/// <param name="Verb">What happened.</param>
/// <param name="Id">Its <c>_id</c>.</param>
/// <param name="Revision">The revision this made; null for <see cref="EventVerb.Notified"/>.</param>
/// <param name="Members">The document's members now, as in <see cref="Document.Members"/>; the message of a notification.</param>
/// <param name="Old">What it was before; null when there was nothing or it is no longer known.</param>
[GenerateSerializer, Immutable, Alias("cozy.DocumentEvent")]
public sealed record DocumentEvent(
    [property: Id(0)] string Doctype,
    [property: Id(1)] EventVerb Verb,
    [property: Id(2)] string Id,
    [property: Id(3)] string? Revision,
    [property: Id(4)] ReadOnlyMemory<byte> Members,
    [property: Id(5)] Document? Old = null)
{
    /// <summary>About how many bytes it takes in a message or in memory.</summary>
    public int Size => 200 + (2 * Id.Length) + Members.Length + (Old?.Members.Length ?? 0);
}

/// <summary>Events of one doctype in their order.</summary>
/// <param name="Doctype">The doctype.</param>
/// <param name="Period">A time without interruption in which events were told; another one means that some may be missing.</param>
/// <param name="First">The number of the first event within the period. A repeated batch has the same numbers.</param>
/// <param name="Events">The events, numbered one after the other.</param>
/// <param name="IsIncomplete">Events before these were dropped.</param>
[GenerateSerializer, Immutable, Alias("cozy.EventBatch")]
public sealed record EventBatch(
    [property: Id(0)] string Doctype,
    [property: Id(1)] Guid Period,
    [property: Id(2)] long First,
    [property: Id(3)] IReadOnlyList<DocumentEvent> Events,
    [property: Id(4)] bool IsIncomplete);

/// <summary>Where a doctype's events are.</summary>
/// <param name="Period">As in <see cref="EventBatch.Period"/>.</param>
/// <param name="Next">The number of the next event.</param>
[GenerateSerializer, Immutable, Alias("cozy.EventPosition")]
public readonly record struct EventPosition([property: Id(0)] Guid Period, [property: Id(1)] long Next);
