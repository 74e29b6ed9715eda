using System.Text.Json;
using Cozy.Grains.Storage;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Apps.Sources;

/// <summary>Asks the configured registries for versions of apps. The first that knows one answers.</summary>
internal sealed class AppRegistries(AppDownloads downloads, IOptions<AppsOptions> options)
{
    private const string DefaultChannel = "stable";

    /// <summary>The version that <c>registry://slug[/channel or version]</c> names.</summary>
    /// <exception cref="Errors.CozyException">NotFound: no registry knows it.</exception>
    public async Task<RegistryVersion> FindAsync(Uri source, CancellationToken cancellationToken)
    {
        var slug = source.Host;
        var version = source.AbsolutePath.Trim('/') is { Length: > 0 } named ? named : DefaultChannel;
        var path = char.IsAsciiDigit(version[0])
            ? $"registry/{slug}/{Uri.EscapeDataString(version)}"
            : $"registry/{slug}/{Uri.EscapeDataString(version)}/latest";
        foreach (var registry in options.Value.Registries)
        {
            if (await downloads.FindTextAsync(new Uri(new Uri(registry.TrimEnd('/') + "/"), path), cancellationToken) is { } answer)
                return Read(answer);
        }

        throw AppErrors.NotReachable();
    }

    private static RegistryVersion Read(byte[] answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && Uri.TryCreate(json.RootElement.Text("url"), UriKind.Absolute, out var url)
                && url.Scheme is "http" or "https")
            {
                return new RegistryVersion(url, json.RootElement.Text("sha256"));
            }
        }
        catch (JsonException)
        {
            // Said below: an answer that cannot be read is as good as none.
        }

        throw AppErrors.NotReachable();
    }
}

/// <summary>A version of an app in a registry.</summary>
/// <param name="Url">Where its archive is.</param>
/// <param name="Sha256">The archive's SHA-256; null when the registry does not tell.</param>
internal sealed record RegistryVersion(Uri Url, string? Sha256);
