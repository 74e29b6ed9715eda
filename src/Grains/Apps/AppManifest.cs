using System.Text.Json;
using Cozy.Grains.Errors;
using Cozy.Grains.Permissions;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Apps;

/// <summary>
/// The manifest of an app (<c>manifest.webapp</c>, <c>manifest.konnector</c>), checked: what the server relies on has the
/// form it must have. What it does not know is kept as it is.
/// </summary>
internal sealed class AppManifest
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 64 };
    private static readonly string[] Texts = ["name", "name_prefix", "editor", "icon", "version", "slug", "client_url_flag"];

    private AppManifest(JsonElement root, IReadOnlyList<TitledRule> permissions)
    {
        Root = root;
        Permissions = permissions;
    }

    /// <summary>The manifest itself.</summary>
    public JsonElement Root { get; }

    /// <summary>What the app asks to be allowed.</summary>
    public IReadOnlyList<TitledRule> Permissions { get; }

    /// <summary>Its version; empty when it names none.</summary>
    public string Version => Root.Text("version") ?? string.Empty;

    /// <summary>Reads and checks a manifest.</summary>
    /// <exception cref="CozyException">BadRequest: the member that is wrong, and how.</exception>
    public static AppManifest Parse(AppKind kind, ReadOnlyMemory<byte> json)
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(json, Limits);
            root = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw AppErrors.BadManifest("it is no JSON");
        }

        RequireObject(root, "it");
        foreach (var name in Texts)
            Require(root, name, name, JsonValueKind.String);
        if (kind == AppKind.WebApp)
            CheckRoutes(root);
        CheckIntents(root);
        CheckObjects(root, "services", ("file", JsonValueKind.String), ("type", JsonValueKind.String), ("trigger", JsonValueKind.String));
        CheckObjects(
            root, "notifications", ("description", JsonValueKind.String), ("collapsible", JsonValueKind.True), ("stateful", JsonValueKind.True),
            ("multiple", JsonValueKind.True), ("default_priority", JsonValueKind.String), ("templates", JsonValueKind.Object));
        CheckFolders(root);
        CheckObjects(root, "locales");
        Require(root, "terms", "terms", JsonValueKind.Object);
        return new AppManifest(root, ReadPermissions(root));
    }

    private static IReadOnlyList<TitledRule> ReadPermissions(JsonElement root)
    {
        if (!root.TryGetProperty("permissions", out var permissions))
            return [];
        try
        {
            var rules = PermissionJson.Read(permissions);
            return rules.FirstOrDefault(rule => rule.Rule.Doctype.Length == 0) is { } empty
                ? throw AppErrors.BadManifest($"permissions.{empty.Title}.type is missing")
                : rules;
        }
        catch (CozyException failure) when (failure.Code != "bad_manifest")
        {
            throw AppErrors.BadManifest($"permissions: {failure.Message}");
        }
    }

    private static void CheckRoutes(JsonElement root)
    {
        CheckObjects(root, "routes", ("folder", JsonValueKind.String), ("index", JsonValueKind.String), ("public", JsonValueKind.True));
        if (!root.TryGetProperty("routes", out var routes) || routes.ValueKind != JsonValueKind.Object)
            return;
        foreach (var route in routes.EnumerateObject())
        {
            if (!route.Name.StartsWith('/'))
                throw AppErrors.BadManifest($"routes.{route.Name} does not begin with a slash");
            if (route.Value.Text("folder") is not { Length: > 0 })
                throw AppErrors.BadManifest($"routes.{route.Name}.folder is missing");
        }
    }

    private static void CheckIntents(JsonElement root)
    {
        Require(root, "intents", "intents", JsonValueKind.Array);
        if (!root.TryGetProperty("intents", out var intents) || intents.ValueKind != JsonValueKind.Array)
            return;
        var place = 0;
        foreach (var intent in intents.EnumerateArray())
        {
            var name = $"intents[{place++}]";
            RequireObject(intent, name);
            Require(intent, "action", $"{name}.action", JsonValueKind.String);
            Require(intent, "type", $"{name}.type", JsonValueKind.Array);
            Require(intent, "href", $"{name}.href", JsonValueKind.String);
        }
    }

    private static void CheckFolders(JsonElement root)
    {
        Require(root, "folders", "folders", JsonValueKind.Array);
        if (!root.TryGetProperty("folders", out var folders) || folders.ValueKind != JsonValueKind.Array)
            return;
        var place = 0;
        foreach (var folder in folders.EnumerateArray())
        {
            var name = $"folders[{place++}]";
            RequireObject(folder, name);
            Require(folder, "defaultDir", $"{name}.defaultDir", JsonValueKind.String);
        }
    }

    private static void CheckObjects(JsonElement root, string name, params ReadOnlySpan<(string Name, JsonValueKind Kind)> members)
    {
        Require(root, name, name, JsonValueKind.Object);
        if (!root.TryGetProperty(name, out var map) || map.ValueKind != JsonValueKind.Object)
            return;
        foreach (var entry in map.EnumerateObject())
        {
            RequireObject(entry.Value, $"{name}.{entry.Name}");
            foreach (var member in members)
                Require(entry.Value, member.Name, $"{name}.{entry.Name}.{member.Name}", member.Kind);
        }
    }

    private static void RequireObject(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw AppErrors.BadManifest($"{path} is not an object");
    }

    /// <summary>A member may be missing or null; else it has this kind (true stands for both booleans).</summary>
    private static void Require(JsonElement parent, string name, string path, JsonValueKind kind)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null
            || value.ValueKind == kind || (kind == JsonValueKind.True && value.ValueKind == JsonValueKind.False))
        {
            return;
        }

        throw AppErrors.BadManifest($"{path} is not a {WordFor(kind)}");
    }

    private static string WordFor(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "map",
        _ => "boolean",
    };
}
