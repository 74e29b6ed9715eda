using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Grains.Realtime;

namespace Cozy.Grains.Triggers;

/// <summary>One of the rules of an event trigger: <c>doctype[:VERBS[:values[:selector]]]</c>.</summary>
/// <param name="Doctype">Of which documents.</param>
/// <param name="Verbs">What must have happened.</param>
/// <param name="Values">
/// The documents (of files also the folders they are in), or with a selector the values of the field; none for all.
/// </param>
/// <param name="Selector">The field; null for the id.</param>
internal sealed record EventRule(
    string Doctype, IReadOnlyList<EventVerb> Verbs, IReadOnlyList<string> Values, string? Selector)
{
    /// <summary>In place of values: the field is not what it was.</summary>
    public const string Changed = "!=";

    /// <summary>Whether the folders above the file decide.</summary>
    public bool NeedsFolders(DocumentEvent happened) =>
        Doctype == WellKnownFiles.Doctype && Selector is null && Values.Count > 0 && !Values.Contains(happened.Id);
}

/// <summary>Reads the arguments of event triggers, and finds what they are about.</summary>
internal static class EventRules
{
    private const int LongestDoctype = 180;
    private const int MostRules = 50;
    private static readonly EventVerb[] AllVerbs = [EventVerb.Created, EventVerb.Updated, EventVerb.Deleted];

    /// <summary>The rules; null when the text is none.</summary>
    public static IReadOnlyList<EventRule>? Parse(string text)
    {
        var rules = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseOne).ToList();
        return rules.Count is 0 or > MostRules || rules.Contains(null) ? null : [.. rules.OfType<EventRule>()];
    }

    /// <summary>Whether a rule is about the event.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="happened">The event.</param>
    /// <param name="folders">The ids of the folders above the file, if <see cref="EventRule.NeedsFolders"/>.</param>
    public static bool Matches(EventRule rule, DocumentEvent happened, IReadOnlyCollection<string> folders)
    {
        if (rule.Doctype != happened.Doctype || !rule.Verbs.Contains(happened.Verb))
            return false;
        if (rule.Values.Count == 0)
            return true;
        if (rule.Selector is null)
            return rule.Values.Contains(happened.Id) || rule.Values.Any(folders.Contains);

        // Of a deleted document what it was.
        var now = happened.Verb == EventVerb.Deleted && happened.Old is { } old ? old.Members : happened.Members;
        var values = ValuesOf(now, rule.Selector);
        if (rule.Values is [EventRule.Changed])
            return happened.Verb == EventVerb.Updated && !values.SequenceEqual(ValuesOf(happened.Old?.Members ?? default, rule.Selector));
        return values.Any(rule.Values.Contains);
    }

    /// <summary>The folder a file is, or was, in; null when that is not known.</summary>
    public static string? FolderOf(DocumentEvent happened)
    {
        var members = happened.Verb == EventVerb.Deleted && happened.Old is { } old ? old.Members : happened.Members;
        return ValuesOf(members, "dir_id") is [{ Length: > 0 } folder, ..] ? folder : null;
    }

    private static EventRule? ParseOne(string text)
    {
        var parts = text.Split(':');
        if (parts.Length > 4 || parts[0].Length is 0 or > LongestDoctype || !parts[0].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_'))
            return null;
        IReadOnlyList<EventVerb> verbs = AllVerbs;
        if (parts.Length > 1 && parts[1].Length > 0)
        {
            var read = parts[1].Split(',').Select(Verb).ToList();
            if (read.Contains(null))
                return null;
            verbs = [.. read.OfType<EventVerb>()];
        }

        string[] values = parts.Length > 2 ? parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries) : [];
        var selector = parts.Length > 3 && parts[3].Length > 0 && parts[3] != "_id" ? parts[3] : null;
        return selector is not null && values.Length == 0 ? null : new EventRule(parts[0], verbs, values, selector);
    }

    private static EventVerb? Verb(string name) => name switch
    {
        "CREATED" => EventVerb.Created,
        "UPDATED" => EventVerb.Updated,
        "DELETED" => EventVerb.Deleted,
        _ => null,
    };

    /// <summary>The values of a field, which may be within others (<c>metadata.qualification.label</c>) and a list.</summary>
    private static IReadOnlyList<string> ValuesOf(ReadOnlyMemory<byte> members, string path)
    {
        using var json = Storage.Json.Parse(members);
        var found = json.RootElement;
        foreach (var step in path.Split('.'))
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(step, out found))
                return [];
        }

        return found.ValueKind == JsonValueKind.Array ? [.. found.EnumerateArray().Select(TextOf)] : [TextOf(found)];
    }

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Object when value.TryGetProperty("type", out var type) && value.TryGetProperty("id", out var id) => $"{type}/{id}",
        _ => value.GetRawText(),
    };
}
