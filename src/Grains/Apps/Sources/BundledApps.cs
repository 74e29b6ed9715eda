using System.Collections.Frozen;
using Cozy.Grains.Apps.Packages;
using Cozy.Grains.Errors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Apps.Sources;

/// <summary>
/// The apps that are shipped with the program: a folder for each, named like its slug. They are read once, when first
/// asked for; another version of the program brings another folder.
/// </summary>
internal sealed partial class BundledApps
{
    /// <summary>The scheme of sources: <c>bundled://slug</c>.</summary>
    public const string Scheme = "bundled";

    private readonly AppsOptions _options;
    private readonly ILogger<BundledApps> _log;
    private readonly Lazy<Task<FrozenDictionary<string, BundledApp>>> _apps;

    public BundledApps(IOptions<AppsOptions> options, ILogger<BundledApps> log)
    {
        _options = options.Value;
        _log = log;
        _apps = new(() => Task.Run(Load));
    }

    private string Folder => _options.Folder ?? Path.Combine(AppContext.BaseDirectory, "apps");

    /// <summary>All of them.</summary>
    public async ValueTask<IReadOnlyCollection<BundledApp>> ListAsync() => (await _apps.Value).Values;

    /// <summary>One of them; null when there is none of this slug.</summary>
    public async ValueTask<BundledApp?> FindAsync(string slug) => (await _apps.Value).GetValueOrDefault(slug);

    private FrozenDictionary<string, BundledApp> Load()
    {
        if (!Directory.Exists(Folder))
        {
            LogNone(Folder);
            return FrozenDictionary<string, BundledApp>.Empty;
        }

        var apps = new List<BundledApp>();
        foreach (var folder in Directory.EnumerateDirectories(Folder).Order(StringComparer.Ordinal))
        {
            try
            {
                if (Read(folder) is { } app)
                    apps.Add(app);
            }
            catch (Exception failure) when (failure is CozyException or IOException or UnauthorizedAccessException or KeyNotFoundException)
            {
                LogRefused(Path.GetFileName(folder), failure.Message);
            }
        }

        LogShipped(string.Join(", ", apps.Select(app => $"{app.Slug} {app.Manifest.Version}")));
        return apps.ToFrozenDictionary(app => app.Slug, StringComparer.Ordinal);
    }

    private BundledApp? Read(string folder)
    {
        AppKind? kind = File.Exists(Path.Combine(folder, AppKind.WebApp.ManifestName())) ? AppKind.WebApp
            : File.Exists(Path.Combine(folder, AppKind.Connector.ManifestName())) ? AppKind.Connector
            : null;
        var slug = Path.GetFileName(folder);
        if (kind is not { } known || !AppSlug.IsValid(slug))
            return null;

        using var files = new PackageSpool(_options);
        FolderReader.Read(folder, files, CancellationToken.None);
        var manifest = AppManifest.Parse(known, files.Read(files.Files[known.ManifestName()]));
        return new BundledApp(slug, known, folder, manifest, files.Hash(), files.Files.Values.Sum(file => file.Length));
    }

    [LoggerMessage(1110, LogLevel.Warning, "No apps are shipped with this program: there is no folder {Folder}. New instances begin without apps")]
    private partial void LogNone(string folder);

    [LoggerMessage(1111, LogLevel.Information, "Shipped apps: {Apps}")]
    private partial void LogShipped(string apps);

    [LoggerMessage(1112, LogLevel.Error, "The shipped app {Slug} is left out: {Reason}")]
    private partial void LogRefused(string slug, string reason);
}

/// <summary>An app that is shipped with the program.</summary>
/// <param name="Slug">Its short name.</param>
/// <param name="Kind">App or connector.</param>
/// <param name="Folder">Where its files are.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="PackageId">What its package is called once it is kept.</param>
/// <param name="Bytes">What its files take together.</param>
internal sealed record BundledApp(string Slug, AppKind Kind, string Folder, AppManifest Manifest, string PackageId, long Bytes);
