using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cozy.Grains.Apps.Packages;
using Cozy.Grains.Apps.Sources;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Orleans.Concurrency;

namespace Cozy.Grains.Apps.Registry;

/// <summary>On each silo one for each context: what is remembered belongs to the silo.</summary>
[GrainType("registry"), StatelessWorker(1)]
internal sealed class RegistryGrain(AppRegistries registries, BundledApps bundled, PackageFetcher fetcher, PackageStore packages)
    : Grain, IRegistryGrain
{
    private const string Json = "application/json";
    private const string IntentQuery = "?limit=200&filter[type]=webapp";
    private const char CursorSeparator = ':';

    private readonly BundledCatalogue _catalogue = new(bundled);

    private string Context => this.GetPrimaryKeyString();

    public async Task<RegistryAnswer> ListAsync(string query, string root)
    {
        var addresses = registries.AddressesOf(Context);
        return MaintenanceMarks.Mark(
            addresses.Count switch
            {
                0 => await _catalogue.ListAsync(RegistryQuery.Parse(query), root),
                1 => await registries.AskAsync(addresses[0], Canonical(query)) ?? Empty(),
                _ => await ListAllAsync(addresses, query),
            },
            await MaintenanceAsync());
    }

    public async Task<RegistryAnswer> ListMaintenanceAsync()
    {
        var all = new List<JsonNode?>();
        foreach (var registry in registries.AddressesOf(Context))
        {
            if (await registries.AskAsync(registry, "maintenance") is { } answer && Parse(answer) is JsonArray apps)
            {
                all.AddRange(apps);
            }
        }

        return new RegistryAnswer(Json, Encoding.UTF8.GetBytes(MaintenanceMarks.List(await MaintenanceAsync(), all).ToJsonString()));
    }

    public async Task<RegistryAnswer?> FindAppAsync(string slug, string root) =>
        (await registries.AskFirstAsync(Context, slug) ?? await _catalogue.FindAppAsync(slug, root)) is { } answer
            ? MaintenanceMarks.Mark(answer, await MaintenanceAsync())
            : null;

    public async Task<RegistryAnswer?> FindVersionAsync(string slug, string version, string root) =>
        await registries.AskFirstAsync(Context, $"{slug}/{AppRegistries.EscapePath(version)}")
        ?? await _catalogue.FindVersionAsync(slug, version, root);

    public async Task<RegistryAnswer?> FindPictureAsync(string slug, string? version, string name)
    {
        var path = version is null ? $"{slug}/{name}" : $"{slug}/{version}/{name}";
        return await registries.AskFirstAsync(Context, AppRegistries.EscapePath(path)) is { } answer
            ? answer
            : await bundled.FindAsync(slug) is { } app && (version is null || version == app.Manifest.Version)
                ? await ReadPictureAsync(app, name)
                : null;
    }

    public async Task<string?> KeepShippedAsync(string slug, string version)
    {
        if (await bundled.FindAsync(slug) is not { } app || app.Manifest.Version != version)
            return null;
        try
        {
            if (await packages.FindAsync(app.PackageId) is not null)
                return app.PackageId;
            using var fetched = await fetcher.FetchAsync(
                app.Kind, new Uri($"{BundledApps.Scheme}://{slug}"), Context, CancellationToken.None);
            await Task.Run(() => packages.KeepAsync(fetched.Id, fetched.Files, CancellationToken.None));
            return fetched.Id;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
        catch (BlobStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    public async Task<IReadOnlyList<OfferedApp>> FindForIntentAsync(string action, string type)
    {
        try
        {
            using var list = JsonDocument.Parse((await ListAsync(IntentQuery, "")).Body);
            return !list.RootElement.TryGetProperty("data", out var apps) || apps.ValueKind != JsonValueKind.Array
                ? []
                : [.. apps.EnumerateArray().Select(app => OfferOf(app, action, type)).OfType<OfferedApp>()];
        }
        catch (Exception failure) when (failure is CozyException or JsonException or InvalidOperationException)
        {
            // The owner is shown what is installed, with or without a registry.
            return [];
        }
    }

    private ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> MaintenanceAsync() =>
        GrainFactory.GetGrain<IConnectorMaintenanceGrain>(IConnectorMaintenanceGrain.Key).ListAsync();

    private static OfferedApp? OfferOf(JsonElement app, string action, string type) =>
        app.ValueKind == JsonValueKind.Object && app.Text("slug") is { } slug
        && app.TryGetProperty("latest_version", out var latest) && latest.ValueKind == JsonValueKind.Object
        && latest.TryGetProperty("manifest", out var manifest) && manifest.ValueKind == JsonValueKind.Object
        && AppIntents.FindHref(manifest, action, type) is not null
            ? new OfferedApp(slug, manifest.Text("name") ?? slug)
            : null;

    /// <summary>One registry after another; a cursor of the second begins with <c>1:</c>.</summary>
    private async Task<RegistryAnswer> ListAllAsync(IReadOnlyList<string> addresses, string query)
    {
        var pairs = RegistryQuery.Pairs(query).ToList();
        var cursor = pairs.FirstOrDefault(pair => pair.Name == "cursor").Value ?? "";
        var place = cursor.IndexOf(CursorSeparator, StringComparison.Ordinal) is > 0 and var colon
            && int.TryParse(cursor[..colon], out var number) && number < addresses.Count ? number : 0;
        pairs.RemoveAll(pair => pair.Name == "cursor");
        if (cursor[(cursor.IndexOf(CursorSeparator, StringComparison.Ordinal) + 1)..] is { Length: > 0 } own)
            pairs.Add(("cursor", own));

        var answer = await registries.AskAsync(addresses[place], QueryOf(pairs)) ?? Empty();
        if (Parse(answer) is not JsonObject page)
            return Empty();
        var meta = page["meta"] as JsonObject ?? [];
        var next = meta["next_cursor"]?.ToString() ?? "";
        var follows = next is "" or "0" ? (place + 1 < addresses.Count ? $"{place + 1}{CursorSeparator}" : "") : $"{place}{CursorSeparator}{next}";
        meta["next_cursor"] = follows;
        page["meta"] = meta.Parent is null ? meta : meta.DeepClone();
        return new RegistryAnswer(Json, Encoding.UTF8.GetBytes(page.ToJsonString()));
    }

    private static string Canonical(string query) => QueryOf(RegistryQuery.Pairs(query));

    private static string QueryOf(IEnumerable<(string Name, string Value)> pairs) =>
        "?" + string.Join('&', pairs.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}"));

    private static async Task<RegistryAnswer?> ReadPictureAsync(BundledApp app, string name)
    {
        var manifest = app.Manifest.Root;
        var path = name switch
        {
            "icon" or "partnership_icon" => manifest.Text(name),
            _ => manifest.Texts("screenshots").FirstOrDefault(shot =>
                name == shot || name == $"screenshots/{shot.TrimStart('/')}" || name == $"screenshots/{Path.GetFileName(shot)}"),
        };
        if (path is not { Length: > 0 } || PackagePath.Normalize(path.TrimStart('/')) is not { } inside)
            return null;
        var file = Path.Combine(app.Folder, inside);
        return PictureTypes.Of(inside) is { } type && File.Exists(file)
            ? new RegistryAnswer(type, await File.ReadAllBytesAsync(file))
            : null;
    }

    private static RegistryAnswer Empty() => new(Json, """{"data":[],"meta":{"count":0}}"""u8.ToArray());

    private static JsonNode? Parse(RegistryAnswer answer)
    {
        try
        {
            return JsonNode.Parse(answer.Body.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
