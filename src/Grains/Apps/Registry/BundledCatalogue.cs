using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Apps.Sources;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Apps.Registry;

/// <summary>Tells of the shipped apps as a registry would: each has one version, in the channel <c>stable</c>.</summary>
internal sealed class BundledCatalogue(BundledApps apps)
{
    private const string Channel = "stable";
    private const int MaxLimit = 200;

    /// <summary>A page of the list.</summary>
    public async Task<RegistryAnswer> ListAsync(RegistryQuery query, string root)
    {
        var matching = (await apps.ListAsync()).Where(app => Matches(app, query)).OrderBy(app => app.Slug, StringComparer.Ordinal).ToArray();
        if (query.Sort.StartsWith('-'))
            Array.Reverse(matching);
        var first = Math.Min(query.Cursor, matching.Length);
        var page = matching.Skip(first).Take(query.Limit is > 0 and <= MaxLimit and var limit ? limit : MaxLimit).ToArray();
        return Write(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var app in page)
                WriteApp(json, app, root);
            json.WriteEndArray();
            json.WriteStartObject("meta");
            json.WriteNumber("count", page.Length);
            if (first + page.Length < matching.Length)
                json.WriteString("next_cursor", (first + page.Length).ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>An app; null when it is not shipped.</summary>
    public async Task<RegistryAnswer?> FindAppAsync(string slug, string root) =>
        await apps.FindAsync(slug) is { } app ? Write(json => WriteApp(json, app, root)) : null;

    /// <summary>The version of an app, by its number or as the latest of its channel; null when there is none.</summary>
    public async Task<RegistryAnswer?> FindVersionAsync(string slug, string version, string root) =>
        await apps.FindAsync(slug) is { } app && (version == app.Manifest.Version || version == $"{Channel}/latest")
            ? Write(json => WriteVersion(json, app, root))
            : null;

    private static bool Matches(BundledApp app, RegistryQuery query) => query.Filters.All(filter => filter.Name switch
    {
        "type" => TypeOf(app) == filter.Value,
        "editor" => app.Manifest.Root.Text("editor") == filter.Value,
        "category" => app.Manifest.Root.Text("category") == filter.Value
            || app.Manifest.Root.Texts("categories").Contains(filter.Value, StringComparer.Ordinal),
        "tags" => app.Manifest.Root.Texts("tags").Intersect(filter.Value.Split(','), StringComparer.Ordinal).Any(),
        "locales" => app.Manifest.Root.Texts("langs").Intersect(filter.Value.Split(','), StringComparer.Ordinal).Any(),
        "slug" or "select" => app.Slug == filter.Value,
        "reject" => app.Slug != filter.Value,
        _ => true,
    });

    private static void WriteApp(Utf8JsonWriter json, BundledApp app, string root)
    {
        json.WriteStartObject();
        json.WriteString("slug", app.Slug);
        json.WriteString("type", TypeOf(app));
        json.WriteString("editor", app.Manifest.Root.Text("editor") ?? "");
        json.WriteStartObject("versions");
        foreach (var channel in new[] { Channel, "beta", "dev" })
        {
            json.WriteStartArray(channel);
            if (channel == Channel)
                json.WriteStringValue(app.Manifest.Version);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WritePropertyName("latest_version");
        WriteVersion(json, app, root);
        json.WriteBoolean("maintenance_activated", false);
        json.WriteEndObject();
    }

    private static void WriteVersion(Utf8JsonWriter json, BundledApp app, string root)
    {
        json.WriteStartObject();
        json.WriteString("slug", app.Slug);
        json.WriteString("editor", app.Manifest.Root.Text("editor") ?? "");
        json.WriteString("type", TypeOf(app));
        json.WriteString("version", app.Manifest.Version);
        json.WritePropertyName("manifest");
        app.Manifest.Root.WriteTo(json);
        json.WriteString("url", $"{root}registry/{app.Slug}/{Uri.EscapeDataString(app.Manifest.Version)}/tarball/{app.Slug}.tar.gz");
        json.WriteString("size", app.Bytes.ToString(CultureInfo.InvariantCulture));
        json.WriteString("tar_prefix", "");
        json.WriteEndObject();
    }

    private static string TypeOf(BundledApp app) => app.Kind == AppKind.WebApp ? "webapp" : "konnector";

    private static RegistryAnswer Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return new RegistryAnswer("application/json", buffer.WrittenMemory);
    }
}
