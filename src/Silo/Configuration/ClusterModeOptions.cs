using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Cozy.Silo.Configuration;

/// <summary>How several processes form one farm (section <c>Cluster</c>). Without <see cref="Redis"/> there is only one.</summary>
internal sealed class ClusterModeOptions
{
    /// <summary>The Redis that knows the farm's members and reminders, such as <c>redis.internal:6379,password=…</c>.</summary>
    public string? Redis { get; set; }

    /// <summary>Names the farm, and with it its keys in Redis; must never change.</summary>
    [Required, RegularExpression("[A-Za-z0-9._-]+")]
    public string ServiceId { get; set; } = "cozy";

    /// <summary>Names the group of silos that talk to each other; another one for a deployment beside this one.</summary>
    [Required, RegularExpression("[A-Za-z0-9._-]+")]
    public string ClusterId { get; set; } = "cozy";

    /// <summary>The IP address by which the others reach this silo; null for the first one of the host's name.</summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>The IP address to listen on for the others; null for the advertised one.</summary>
    public string? ListenAddress { get; set; }

    /// <summary>The port for the others, on both addresses; 0 for a free one.</summary>
    [Range(0, 65_535)]
    public int SiloPort { get; set; } = 11_111;

    /// <summary>How long a silo may take to answer a probe of another one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>After how many missed probes a silo votes that another one is dead.</summary>
    [Range(1, 100)]
    public int MissedProbes { get; set; } = 3;

    /// <summary>How many such votes declare it dead; fewer suffice when fewer silos are left.</summary>
    [Range(1, 10)]
    public int Votes { get; set; } = 2;

    /// <summary>How long a call to another silo may take before its outcome counts as unknown.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether this process is one of several.</summary>
    public bool IsCluster => !string.IsNullOrEmpty(Redis);

    internal static IPAddress? ParseAddress(string key, string? text) =>
        string.IsNullOrEmpty(text) ? null
        : IPAddress.TryParse(text, out var address) ? address
        : throw new ConfigurationException($"{key}: '{text}' is not an IP address.");
}
