using System.Text.Json;
using Cozy.Grains.Errors;

namespace Cozy.Grains.Permissions;

/// <summary>
/// Rules as JSON: <c>{"title":{"type":…,"description":…,"verbs":[…],"selector":…,"values":[…]}}</c>, in documents, in
/// manifests of apps and in requests alike.
/// </summary>
public static class PermissionJson
{
    private const string Malformed = "Permission scope is empty or malformed";

    private static readonly (Verbs Verb, string Name)[] Names =
    [
        (Verbs.Get, "GET"), (Verbs.Post, "POST"), (Verbs.Put, "PUT"), (Verbs.Patch, "PATCH"), (Verbs.Delete, "DELETE"),
    ];

    /// <summary>Reads an object of rules.</summary>
    /// <exception cref="CozyException">BadRequest: it is not one.</exception>
    public static IReadOnlyList<TitledRule> Read(JsonElement rules)
    {
        if (rules.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            return [];
        if (rules.ValueKind != JsonValueKind.Object)
            throw CozyException.BadRequest(Malformed);
        return [.. rules.EnumerateObject().Select(rule => ReadRule(rule.Name, rule.Value))];
    }

    /// <summary>Writes the rules as an object.</summary>
    public static void Write(Utf8JsonWriter json, IEnumerable<TitledRule> rules)
    {
        json.WriteStartObject();
        foreach (var rule in rules)
        {
            json.WritePropertyName(rule.Title);
            WriteRule(json, rule);
        }

        json.WriteEndObject();
    }

    /// <summary>The names of the verbs, in the order GET, POST, PUT, PATCH, DELETE.</summary>
    public static IEnumerable<string> NamesOf(Verbs verbs) =>
        Names.Where(pair => verbs.HasFlag(pair.Verb)).Select(pair => pair.Name);

    private static void WriteRule(Utf8JsonWriter json, TitledRule rule)
    {
        json.WriteStartObject();
        json.WriteString("type", rule.Rule.Doctype);
        if (!string.IsNullOrEmpty(rule.Description))
            json.WriteString("description", rule.Description);
        if (rule.ListsVerbs || rule.Rule.Verbs != Verbs.All)
            WriteTexts(json, "verbs", NamesOf(rule.Rule.Verbs));
        if (rule.Rule.Selector is { } selector)
            json.WriteString("selector", selector);
        if (rule.Rule.Values.Count > 0)
            WriteTexts(json, "values", rule.Rule.Values);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static TitledRule ReadRule(string title, JsonElement rule)
    {
        if (rule.ValueKind != JsonValueKind.Object)
            throw CozyException.BadRequest(Malformed);

        var names = Texts(rule, "verbs");
        var verbs = names.Aggregate(Verbs.None, (sum, name) => sum | VerbOf(name));
        var selector = Text(rule, "selector");
        var values = Texts(rule, "values");

        // A rule by a field without values would cover the whole doctype, which is not what it says.
        if (selector is not null && values.Count == 0)
            throw CozyException.BadRequest(Malformed);

        return new TitledRule(
            title,
            Text(rule, "description"),
            new PermissionRule
            {
                Doctype = Text(rule, "type") ?? string.Empty,
                Verbs = verbs == Verbs.None ? Verbs.All : verbs,
                Selector = selector,
                Values = values,
            },
            names.Count > 0 && !names.Contains("ALL"));
    }

    private static Verbs VerbOf(string name) => name == "ALL"
        ? Verbs.All
        : Array.Find(Names, pair => pair.Name == name) is (not Verbs.None, _) and var found
            ? found.Verb
            : throw CozyException.BadRequest(Malformed);

    private static string? Text(JsonElement rule, string name)
    {
        if (!rule.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            throw CozyException.BadRequest(Malformed);
        return value.GetString() is { Length: > 0 } text ? text : null;
    }

    private static IReadOnlyList<string> Texts(JsonElement rule, string name)
    {
        if (!rule.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return [];
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw CozyException.BadRequest(Malformed);
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }
}
