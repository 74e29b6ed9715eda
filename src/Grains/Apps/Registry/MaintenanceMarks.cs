using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cozy.Grains.Apps.Registry;

/// <summary>Puts the operator's own maintenance into what a registry says of its apps.</summary>
internal static class MaintenanceMarks
{
    private const string Slug = "slug";
    private const string Activated = "maintenance_activated";
    private const string Options = "maintenance_options";

    /// <summary>The connectors of the operator, and behind them those that the registries list.</summary>
    public static JsonArray List(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> own, IEnumerable<JsonNode?> others)
    {
        var all = new JsonArray();
        foreach (var (slug, options) in own.OrderBy(one => one.Key, StringComparer.Ordinal))
            all.Add(Mark(new JsonObject { [Slug] = slug, ["type"] = "konnector" }, options));
        foreach (var app in others.Where(app => app?[Slug]?.ToString() is not { } slug || !own.ContainsKey(slug)))
            all.Add(app?.DeepClone());
        return all;
    }

    /// <summary>An answer about one app, or with a list of them in <c>data</c>.</summary>
    public static RegistryAnswer Mark(RegistryAnswer answer, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> own)
    {
        if (own.Count == 0 || Parse(answer) is not JsonObject body)
            return answer;
        foreach (var app in body["data"] is JsonArray list ? list.OfType<JsonObject>() : [body])
        {
            if (app[Slug]?.ToString() is { } slug && own.TryGetValue(slug, out var options))
                Mark(app, options);
        }

        return answer with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
    }

    /// <summary>Null for what is no JSON: whoever asked has to deal with that.</summary>
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

    private static JsonObject Mark(JsonObject app, ReadOnlyMemory<byte> options)
    {
        app[Activated] = true;
        app[Options] = JsonNode.Parse(options.Span);
        return app;
    }
}
