using System.Text.Json;
using Cozy.Grains.Apps;

namespace Cozy.Web.Apps.Serving;

/// <summary>What serving an app takes of its document.</summary>
internal sealed class ServedApp
{
    private readonly AppRoute[] _routes;

    private ServedApp(string slug, string packageId, JsonElement manifest)
    {
        Slug = slug;
        PackageId = packageId;
        Name = TextOf(manifest, "name");
        NamePrefix = TextOf(manifest, "name_prefix");
        Editor = TextOf(manifest, "editor");
        Icon = TextOf(manifest, "icon");
        Tracking = manifest.TryGetProperty("tracking", out var tracking) && tracking.ValueKind == JsonValueKind.True;
        _routes = [.. ReadRoutes(manifest).OrderByDescending(route => route.Path.Length)];
    }

    public string Slug { get; }

    public string PackageId { get; }

    public string Name { get; }

    public string NamePrefix { get; }

    public string Editor { get; }

    public string Icon { get; }

    public bool Tracking { get; }

    /// <summary>Reads the document of an app that is ready.</summary>
    public static ServedApp From(InstalledApp app)
    {
        using var json = JsonDocument.Parse((byte[])[.. "{"u8, .. app.Members.Span, .. "}"u8]);
        return new ServedApp(app.Slug, app.PackageId ?? "", json.RootElement);
    }

    /// <summary>Reads the manifest of an app that has no package.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ServedApp From(string slug, ReadOnlyMemory<byte> manifest)
    {
        using var json = JsonDocument.Parse(manifest);
        return json.RootElement.ValueKind == JsonValueKind.Object
            ? new ServedApp(slug, "", json.RootElement)
            : throw new JsonException("The manifest is no object.");
    }

    /// <summary>The route of a path, the longest that fits, and the file it leads to; null when none does.</summary>
    public (AppRoute Route, string File)? Match(string path)
    {
        var route = Array.Find(_routes, route => route.Covers(path));
        if (route is null)
            return null;
        var rest = path[route.Path.Length..].Trim('/');
        return (route, rest.Length == 0 ? route.FileOf(route.Index) : route.FileOf(rest));
    }

    private static IEnumerable<AppRoute> ReadRoutes(JsonElement manifest)
    {
        if (!manifest.TryGetProperty("routes", out var routes) || routes.ValueKind != JsonValueKind.Object)
            return [new AppRoute("", "", "index.html", false)];
        return routes.EnumerateObject().Select(route => new AppRoute(
            route.Name.TrimEnd('/'),
            TextOf(route.Value, "folder").Trim('/'),
            TextOf(route.Value, "index"),
            route.Value.TryGetProperty("public", out var isPublic) && isPublic.ValueKind == JsonValueKind.True));
    }

    private static string TextOf(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

/// <summary>A route of an app.</summary>
/// <param name="Path">What its paths begin with, without a slash at the end.</param>
/// <param name="Folder">The folder of the package they lead to.</param>
/// <param name="Index">The file for the path itself; empty for none.</param>
/// <param name="IsPublic">Whether one may see it without being logged in.</param>
internal sealed record AppRoute(string Path, string Folder, string Index, bool IsPublic)
{
    /// <summary>Whether a path belongs to this route.</summary>
    public bool Covers(string path) => Path.Length == 0
        || (path.StartsWith(Path, StringComparison.Ordinal) && (path.Length == Path.Length || path[Path.Length] == '/'));

    /// <summary>The path in the package of a file of this route.</summary>
    public string FileOf(string name) => Folder.Length == 0 ? name : $"{Folder}/{name}";

    /// <summary>Whether a file is the page of this route.</summary>
    public bool IsIndex(string file) => Index.Length > 0 && file == FileOf(Index);
}
