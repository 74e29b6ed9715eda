using System.Text.Json;
using Cozy.Grains.Contexts;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Apps.Registry;

/// <summary>Asks the registries that are configured for a context. The first that knows something answers.</summary>
internal sealed class AppRegistries(RegistryCache cache, IOptions<AppsOptions> options, IOptions<ContextsOptions> contexts)
{
    private const string DefaultChannel = "stable";

    /// <summary>The registries of a context.</summary>
    public IReadOnlyList<string> AddressesOf(string? context) =>
        [.. contexts.Value.Of(context).Registries is { Count: > 0 } own ? own : options.Value.Registries];

    /// <summary>The path, for registries, of the version that <c>registry://slug[/channel or version]</c> names.</summary>
    public static string PathOf(Uri source)
    {
        var version = source.AbsolutePath.Trim('/') is { Length: > 0 } named ? Uri.UnescapeDataString(named) : DefaultChannel;
        return char.IsAsciiDigit(version[0]) ? version : $"{version}/latest";
    }

    /// <summary>Whether a source always means the same version.</summary>
    public static bool IsFixed(Uri source) => source.AbsolutePath.Trim('/') is { Length: > 0 } version && char.IsAsciiDigit(version[0]);

    /// <summary>The version that a source names; null when no registry knows it.</summary>
    /// <exception cref="CozyException">Unavailable: a registry does not answer.</exception>
    public async Task<RegistryVersion?> FindAsync(string? context, Uri source) =>
        await AskFirstAsync(context, $"{source.Host}/{EscapePath(PathOf(source))}") is { } answer ? Read(answer.Body) : null;

    /// <summary>The first answer to a path below <c>registry/</c>; null when no registry knows it.</summary>
    /// <exception cref="CozyException">Unavailable: a registry does not answer.</exception>
    public async Task<RegistryAnswer?> AskFirstAsync(string? context, string path)
    {
        foreach (var registry in AddressesOf(context))
        {
            if (await AskAsync(registry, path) is { } answer)
                return answer;
        }

        return null;
    }

    /// <summary>The answer of one registry.</summary>
    public Task<RegistryAnswer?> AskAsync(string registry, string pathAndQuery) =>
        cache.GetAsync(new Uri(new Uri(registry.TrimEnd('/') + "/"), $"registry{(pathAndQuery is ['?', ..] ? "" : "/")}{pathAndQuery}"));

    /// <summary>A path whose segments cannot mean anything else in an address.</summary>
    public static string EscapePath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static RegistryVersion? Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && Uri.TryCreate(json.RootElement.Text("url"), UriKind.Absolute, out var url)
                && url.Scheme is "http" or "https")
            {
                return new RegistryVersion(json.RootElement.Text("version") ?? "", url, json.RootElement.Text("sha256"));
            }
        }
        catch (JsonException)
        {
            // An answer that cannot be read is as good as none.
        }

        return null;
    }
}

/// <summary>A version of an app in a registry.</summary>
/// <param name="Version">Which; empty when the registry does not tell.</param>
/// <param name="Url">Where its archive is.</param>
/// <param name="Sha256">The archive's SHA-256; null when the registry does not tell.</param>
internal sealed record RegistryVersion(string Version, Uri Url, string? Sha256);
