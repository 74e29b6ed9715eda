using System.ComponentModel.DataAnnotations;

namespace Cozy.Grains.Apps;

/// <summary>Settings of installed apps (configuration section <c>Apps</c>).</summary>
public sealed class AppsOptions
{
    /// <summary>The folder of the apps that are shipped with the program; null for <c>apps</c> beside it.</summary>
    public string? Folder { get; set; }

    /// <summary>Apps of new instances, separated by commas. Those that are neither shipped nor in a registry are left out.</summary>
    public string Default { get; set; } = "home,store,drive,contacts,accounts,settings";

    /// <summary>Addresses of registries that know apps; the first that knows one answers. None by default.</summary>
    public IList<string> Registries { get; } = [];

    /// <summary>How long a registry may take to answer.</summary>
    public TimeSpan RegistryTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long what a registry answered may be used again.</summary>
    public TimeSpan RegistryCacheTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Largest answer of a registry, such as a page of its list or an icon, in bytes.</summary>
    [Range(1, 64_000_000)]
    public int MaxRegistryBytes { get; set; } = 4_000_000;

    /// <summary>How often all instances are looked through for apps that have a newer version, and for packages nobody uses.</summary>
    public TimeSpan UpdateInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a package that no instance uses is kept.</summary>
    public TimeSpan UnusedPackageTime { get; set; } = TimeSpan.FromDays(7);

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
