using System.ComponentModel.DataAnnotations;

namespace Cozy.Grains.Realtime;

/// <summary>Settings of events and of the sockets that carry them (configuration section <c>Realtime</c>).</summary>
public sealed class RealtimeOptions
{
    private static readonly TimeSpan ShortestPatience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a front end renews what it listens to, and a listened doctype is asked whether it still tells.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long either side may give no sign before the other forgets it: three heartbeats, and half a minute at least.</summary>
    public TimeSpan Patience => Heartbeat * 3 > ShortestPatience ? Heartbeat * 3 : ShortestPatience;

    /// <summary>Events that may wait between a doctype and a front end, each way.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaitingEvents { get; set; } = 10_000;

    /// <summary>Bytes of events that may wait between a doctype and a front end, each way.</summary>
    [Range(1 << 16, 1L << 30)]
    public long MaxWaitingBytes { get; set; } = 16 << 20;

    /// <summary>Sockets of one instance at one silo.</summary>
    [Range(1, 1_000_000)]
    public int MaxSockets { get; set; } = 2_000;

    /// <summary>Sockets of one instance at one silo that have not shown a token yet.</summary>
    [Range(1, 1_000_000)]
    public int MaxUnknownSockets { get; set; } = 200;

    /// <summary>How long a socket may take to show its token.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan TokenTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to whether a token still allows what it listens to may be reused.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RecheckTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Subscriptions of one socket.</summary>
    [Range(1, 100_000)]
    public int MaxSubscriptions { get; set; } = 500;

    /// <summary>Longest message from a client, in bytes.</summary>
    [Range(256, 1 << 24)]
    public int MaxMessageBytes { get; set; } = 32 * 1024;

    /// <summary>Longest body of a notification, in bytes.</summary>
    [Range(256, 4_000_000)]
    public int MaxNotificationBytes { get; set; } = 256 * 1024;

    /// <summary>Messages that may wait for a client that reads slowly; with more it is cut off.</summary>
    [Range(1, 1_000_000)]
    public int MaxQueuedMessages { get; set; } = 1_000;

    /// <summary>Bytes that may wait for a client that reads slowly, beside one message of any length.</summary>
    [Range(1 << 12, 1L << 30)]
    public long MaxQueuedBytes { get; set; } = 4 << 20;

    /// <summary>How long one message may take to be sent.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a client is pinged.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(54);

    /// <summary>How long a client may take to answer a ping.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan PongTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
