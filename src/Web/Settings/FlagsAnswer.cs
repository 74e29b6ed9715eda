using System.Text.Json;
using Cozy.Grains.Features;
using Cozy.Web.Features;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Settings;

/// <summary>Answers with the feature flags of an instance: <c>GET /settings/flags</c>.</summary>
internal static class FlagsAnswer
{
    /// <summary>The flags that hold.</summary>
    public static Task WriteAsync(HttpContext context, IReadOnlyList<FlagSource> sources) =>
        SettingsAnswer.WriteAsync(context, "flags", null, Merge(sources), InstanceFacts.WriteFlags);

    /// <summary>The flags that hold and, for each place where some are set, those.</summary>
    public static Task WriteWithSourcesAsync(HttpContext context, IReadOnlyList<FlagSource> sources) =>
        JsonAnswer.WriteAsync(context.Response, 200, JsonAnswer.JsonApi, sources, static (json, sources) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            WriteResource(json, "io.cozy.settings.flags", Merge(sources));
            json.WriteStartArray("included");
            foreach (var source in sources.Where(source => source.Flags.Count > 0))
                WriteResource(json, source.Id, source.Flags);
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static SortedDictionary<string, JsonElement> Merge(IReadOnlyList<FlagSource> sources) =>
        FlagMerge.Merge(sources.Select(source => source.Flags));

    private static void WriteResource(Utf8JsonWriter json, string id, IEnumerable<KeyValuePair<string, JsonElement>> flags)
    {
        json.WriteStartObject();
        json.WriteString("type", SettingsAnswer.Doctype);
        json.WriteString("id", id);
        json.WriteStartObject("attributes");
        InstanceFacts.WriteFlags(json, flags);
        json.WriteEndObject();
        json.WriteStartObject("meta");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
