using System.ComponentModel.DataAnnotations;

namespace Cozy.Grains.Apps;

/// <summary>Settings of installed apps (configuration section <c>Apps</c>).</summary>
public sealed class AppsOptions
{
    /// <summary>Addresses of registries that know apps; the first that knows one answers. None by default.</summary>
    public IList<string> Registries { get; } = [];

    /// <summary>Largest archive that is fetched, in bytes.</summary>
    [Range(1, long.MaxValue)]
    public long MaxArchiveBytes { get; set; } = 100_000_000;

    /// <summary>Most bytes that the files of one app take together.</summary>
    [Range(1, long.MaxValue)]
    public long MaxPackageBytes { get; set; } = 300_000_000;

    /// <summary>Most files of one app.</summary>
    [Range(1, 100_000)]
    public int MaxFiles { get; set; } = 10_000;

    /// <summary>Largest manifest, in bytes.</summary>
    [Range(1, 4_000_000)]
    public int MaxManifestBytes { get; set; } = 1_000_000;

    /// <summary>How long fetching an app may take.</summary>
    public TimeSpan FetchTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many apps one silo fetches at the same time; others wait.</summary>
    [Range(1, 100)]
    public int MaxFetches { get; set; } = 4;
}
