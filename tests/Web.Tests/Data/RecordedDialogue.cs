using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cozy.Web.Tests.Data;

/// <summary>
/// Compares answers with recorded ones as wholes. Ids, revisions, sequences and bookmarks that a server makes up are bound
/// to ours when they first occur, must be the same ever after, and are replaced by ours in requests.
/// </summary>
internal partial class RecordedDialogue(string instance)
{
    private static readonly HashSet<string> Arbitrary =
        ["execution_time_ms", "file", "external", "active", "instance_start_time", "purge_seq", "total_keys_examined", "total_docs_examined"];

    private readonly Dictionary<string, string> _bound = new(StringComparer.Ordinal) { ["{instance}"] = instance };

    /// <summary>The text with our names for what was recorded.</summary>
    public string Fill(string text) => _bound
        .OrderByDescending(pair => pair.Key.Length)
        .Aggregate(text, (filled, pair) => filled.Replace(pair.Key, pair.Value, StringComparison.Ordinal));

    /// <summary>What is different; null when nothing is.</summary>
    public string? Compare(JsonNode? recorded, JsonNode? ours, string at = "")
    {
        switch (recorded, ours)
        {
            case (null, null):
                return null;
            case (JsonObject expected, JsonObject actual):
                return CompareMembers(expected, actual, at);
            case (JsonArray expected, JsonArray actual):
                return expected.Count != actual.Count
                    ? $"{at}: {expected.Count} items, ours {actual.Count}"
                    : expected.Select((item, i) => Compare(item, actual[i], $"{at}[{i}]")).FirstOrDefault(found => found is not null);
            case (JsonValue expected, JsonValue actual) when expected.GetValueKind() == actual.GetValueKind():
                return CompareValues(expected, actual, at);
            case (JsonArray { Count: 0 }, null) when at.Contains(".relationships.", StringComparison.Ordinal):
            case (null, JsonArray { Count: 0 }) when at.Contains(".relationships.", StringComparison.Ordinal):
                // The original says now one, now the other.
                return null;
            default:
                return $"{at}: {Show(recorded)}, ours {Show(ours)}";
        }
    }

    private static string Show(JsonNode? node) => node?.ToJsonString() ?? "null";

    /// <summary>From now on a recorded name is one of ours; null when it was another one before.</summary>
    protected string? Bind(string recorded, string ours)
    {
        var before = _bound.GetValueOrDefault(recorded, ours);
        _bound[recorded] = ours;
        return before == ours ? null : before;
    }

    /// <summary>Our name for a recorded one; null when there is none yet.</summary>
    protected string? Bound(string recorded) => _bound.GetValueOrDefault(recorded);

    private string? CompareMembers(JsonObject expected, JsonObject actual, string at)
    {
        var names = expected.Select(member => member.Key).ToHashSet();
        if (!names.SetEquals(actual.Select(member => member.Key)))
            return $"{at}: members {string.Join(',', names.Order())}, ours {string.Join(',', actual.Select(m => m.Key).Order())}";
        return expected
            .Where(member => !Arbitrary.Contains(member.Key))
            .Select(member => Compare(member.Value, actual[member.Key], $"{at}.{member.Key}"))
            .FirstOrDefault(found => found is not null);
    }

    private string? CompareValues(JsonValue expected, JsonValue actual, string at)
    {
        if (expected.GetValueKind() == JsonValueKind.Number)
        {
            var same = double.Parse(expected.ToJsonString(), CultureInfo.InvariantCulture)
                .Equals(double.Parse(actual.ToJsonString(), CultureInfo.InvariantCulture));
            return same ? null : $"{at}: {Show(expected)}, ours {Show(actual)}";
        }

        return expected.GetValueKind() == JsonValueKind.String ? CompareText(expected.GetValue<string>(), actual.GetValue<string>(), at) : null;
    }

    /// <summary>What is different between two texts; null when nothing is.</summary>
    protected virtual string? CompareText(string text, string own, string at)
    {
        if (Generated().Match(text) is { Success: true } made)
            return Bind(text, own, made, at);
        text = Fill(text);
        return text == own ? null : $"{at}: {text}, ours {own}";
    }

    private string? Bind(string text, string own, Match made, string at)
    {
        var number = made.Groups["number"].Value;
        if (number.Length > 0 && !own.StartsWith(number, StringComparison.Ordinal))
            return $"{at}: {text}, ours {own}";
        // The same place in two queries may have two bookmarks.
        if (_bound.TryGetValue(text, out var before) && before != own && !text.StartsWith("bookmark", StringComparison.Ordinal))
            return $"{at}: {text} was {before}, ours is {own} now";
        _bound[text] = own;

        // Histories name a revision by its hash alone.
        if (made.Groups["hash"] is { Success: true } hash)
            _bound[hash.Value] = own[number.Length..];
        return null;
    }

    [GeneratedRegex("^((?<number>\\d+-)((?<hash>[0-9a-f]{32})|seq)|[0-9a-f]{32}|bookmark\\d+)$")]
    private static partial Regex Generated();
}
