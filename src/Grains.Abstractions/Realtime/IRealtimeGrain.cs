using Orleans.Concurrency;

namespace Cozy.Grains.Realtime;

/// <summary>
/// Knows which front ends have listeners for an instance's documents, and hands events on to them. The key is the
/// instance's id.
/// </summary>
[Alias("cozy.IRealtimeGrain")]
public interface IRealtimeGrain : IGrainWithStringKey
{
    /// <summary>
    /// Says what a front end wants to hear of, in place of what it said before; to be repeated every
    /// <see cref="RealtimeOptions.Heartbeat"/>. When this returns true all later writes of these doctypes are told.
    /// </summary>
    /// <param name="listener">The front end, by a name that it never used for something else.</param>
    /// <param name="observer">Where to tell.</param>
    /// <param name="isRenewal">The front end was accepted before.</param>
    /// <param name="doctypes">The doctypes.</param>
    /// <returns>False for a renewal of somebody who is not known any more: events may have been missed.</returns>
    [AlwaysInterleave, Alias("Listen")]
    Task<bool> ListenAsync(Guid listener, IRealtimeObserver observer, bool isRenewal, IReadOnlyList<string> doctypes);

    /// <summary>A front end does not listen any more.</summary>
    [AlwaysInterleave, Alias("Leave")]
    Task LeaveAsync(Guid listener);

    /// <summary>Hands events of a doctype on. Repeating a batch is harmless.</summary>
    [AlwaysInterleave, Alias("Publish")]
    Task PublishAsync(EventBatch batch);

    /// <summary>Hands an event on that belongs to no write.</summary>
    [AlwaysInterleave, Alias("Notify")]
    Task NotifyAsync(DocumentEvent notification);
}

/// <summary>A front end that has listeners.</summary>
[Alias("cozy.IRealtimeObserver")]
public interface IRealtimeObserver : IGrainObserver
{
    /// <summary>Takes events in their order.</summary>
    [Alias("Receive")]
    Task ReceiveAsync(RealtimeDelivery delivery);
}

/// <summary>What a front end is told at once.</summary>
/// <param name="Listener">Whom it is for.</param>
/// <param name="Events">The events in their order.</param>
/// <param name="Missed">Doctypes of which events were missed.</param>
[GenerateSerializer, Immutable, Alias("cozy.RealtimeDelivery")]
public sealed record RealtimeDelivery(
    [property: Id(0)] Guid Listener,
    [property: Id(1)] IReadOnlyList<DocumentEvent> Events,
    [property: Id(2)] IReadOnlyList<string> Missed);
