using Cozy.Grains.Errors;

namespace Cozy.Grains.Apps.Sources;

/// <summary>An app that is being developed in a folder of the server's machine: <c>dev:///path</c>.</summary>
internal static class DevelopedApp
{
    /// <summary>The scheme of its source.</summary>
    public const string Scheme = "dev";

    private const long MaxManifestBytes = 4_000_000;

    /// <summary>Reads and checks its manifest.</summary>
    /// <exception cref="CozyException">NotFound: there is none; BadRequest: it is wrong.</exception>
    public static AppManifest ReadManifest(AppKind kind, Uri source)
    {
        var file = new FileInfo(Path.Combine(source.LocalPath, kind.ManifestName()));
        if (!file.Exists)
            throw AppErrors.NotReachable();
        return file.Length <= MaxManifestBytes
            ? AppManifest.Parse(kind, File.ReadAllBytes(file.FullName))
            : throw AppErrors.BadManifest($"it has more than {MaxManifestBytes} bytes");
    }
}
