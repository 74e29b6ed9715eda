using System.Security.Cryptography;
using Cozy.Grains.Apps.Packages;
using Cozy.Grains.Apps.Registry;
using Cozy.Grains.Errors;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Apps.Sources;

/// <summary>
/// Fetches packages from where a source says: <c>registry://slug/channel</c>, <c>http(s)://….tar.gz</c> or <c>.zip</c>
/// (with the SHA-256 behind a <c>#</c> if it is to be checked), <c>git://</c>, <c>git+https://</c>, <c>git+ssh://</c> (with the
/// branch behind a <c>#</c>), <c>bundled://slug</c> for what is shipped with the program, <c>file://</c> for a folder or an
/// archive of this machine.
/// </summary>
internal sealed class PackageFetcher(
    AppDownloads downloads, AppRegistries registries, BundledApps bundled, IOptions<AppsOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.Value.MaxFetches);
    private readonly AppsOptions _limits = options.Value;

    /// <summary>Checks a source without fetching it.</summary>
    /// <exception cref="CozyException">Invalid: it is no address, or of no scheme we know.</exception>
    public static Uri Parse(string source)
    {
        if (!Uri.TryCreate(source, UriKind.Absolute, out var uri))
            throw AppErrors.BadSource("Not an address");
        return uri.Scheme is "registry" or BundledApps.Scheme or DevelopedApp.Scheme or "http" or "https" or "file" or "git" or "git+https" or "git+ssh"
            ? uri
            : throw AppErrors.BadScheme();
    }

    /// <summary>Fetches a package. The caller disposes it.</summary>
    /// <param name="kind">App or connector.</param>
    /// <param name="source">Where it is.</param>
    /// <param name="context">The context whose registries are asked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CozyException">
    /// Invalid: the source; NotFound: there is no manifest; BadRequest: the package is refused; Unavailable: a registry
    /// does not answer.
    /// </exception>
    public async Task<FetchedPackage> FetchAsync(AppKind kind, Uri source, string? context, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_limits.FetchTimeout);
        await _turns.WaitAsync(cancellationToken);
        try
        {
            // Unpacking blocks and computes: it has no place on a grain's turn.
            return await Task.Run(() => FetchNowAsync(kind, source, context, patience.Token), patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw AppErrors.BadSource("Fetching it took too long");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw AppErrors.BadSource("It could not be read");
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private async Task<FetchedPackage> FetchNowAsync(AppKind kind, Uri source, string? context, CancellationToken cancellationToken)
    {
        switch (source.Scheme)
        {
            case "registry":
                return await registries.FindAsync(context, source) is { } version
                    ? await FromArchiveAsync(kind, version.Url, version.Sha256, cancellationToken)
                    : await FromProgramAsync(kind, source.Host, cancellationToken);
            case BundledApps.Scheme:
                return await FromProgramAsync(kind, source.Host, cancellationToken);
            case "http" or "https":
                var wanted = source.Fragment.TrimStart('#');
                return await FromArchiveAsync(kind, source, wanted.Length > 0 ? wanted : null, cancellationToken);
            case "file":
                return FromThisMachine(kind, source.LocalPath, cancellationToken);
            default:
                using (var clone = await GitClone.MakeAsync(source, _limits.MaxArchiveBytes, cancellationToken))
                    return Spool(kind, package => clone.Read(tar => ArchiveReader.ReadTar(tar, package, cancellationToken), cancellationToken), id: null);
        }
    }

    private async Task<FetchedPackage> FromArchiveAsync(
        AppKind kind, Uri address, string? sha256, CancellationToken cancellationToken)
    {
        await using var archive = await downloads.FetchAsync(address, cancellationToken);
        var id = Convert.ToHexStringLower(await SHA256.HashDataAsync(archive, cancellationToken));
        if (sha256 is not null && !sha256.Equals(id, StringComparison.OrdinalIgnoreCase))
            throw AppErrors.BadPackage("its SHA-256 is not the one that was announced");
        archive.Position = 0;
        return Spool(kind, package => ArchiveReader.Read(archive, package, cancellationToken), id);
    }

    private async Task<FetchedPackage> FromProgramAsync(AppKind kind, string slug, CancellationToken cancellationToken) =>
        await bundled.FindAsync(slug) is { } shipped && shipped.Kind == kind
            ? FromFolder(kind, shipped.Folder, cancellationToken)
            : throw AppErrors.NotReachable();

    private FetchedPackage FromThisMachine(AppKind kind, string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return FromFolder(kind, path, cancellationToken);
        using var archive = File.OpenRead(path);
        var id = Convert.ToHexStringLower(SHA256.HashData(archive));
        archive.Position = 0;
        return Spool(kind, package => ArchiveReader.Read(archive, package, cancellationToken), id);
    }

    private FetchedPackage FromFolder(AppKind kind, string folder, CancellationToken cancellationToken) =>
        Spool(kind, package => FolderReader.Read(folder, package, cancellationToken), id: null);

    private FetchedPackage Spool(AppKind kind, Action<PackageSpool> fill, string? id)
    {
        var package = new PackageSpool(_limits);
        try
        {
            fill(package);
            package.StripFolder(kind.ManifestName());
            var manifest = package.Files[kind.ManifestName()];
            if (manifest.Length > _limits.MaxManifestBytes)
                throw AppErrors.BadManifest($"it has more than {_limits.MaxManifestBytes} bytes");
            return new FetchedPackage(id ?? package.Hash(), package.Read(manifest), package);
        }
        catch
        {
            package.Dispose();
            throw;
        }
    }
}
