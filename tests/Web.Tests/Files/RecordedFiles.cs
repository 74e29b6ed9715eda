using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cozy.Web.Tests.Data;

namespace Cozy.Web.Tests.Files;

/// <summary>
/// The same for files: what a server makes up stands inside of texts here (links, paths, names in the trash), and times, secrets
/// and cursors differ in their form, too.
/// </summary>
internal sealed partial class RecordedFiles(string instance) : RecordedDialogue(instance)
{
    /// <summary>A file or folder that the dialogue takes for granted was made.</summary>
    public void Give(string recorded, string ours) => Bind(recorded, ours);

    /// <summary>Compares an answer with the recorded one, whose body may be no JSON; null when nothing is different.</summary>
    /// <param name="recorded">The recorded one.</param>
    /// <param name="ours">The answer.</param>
    /// <param name="without">What is left out: <c>.data.meta</c> for a member, a header's name, <c>body</c> for a body.</param>
    public string? Compare(JsonObject recorded, Answer ours, IReadOnlyList<string> without)
    {
        foreach (var (name, value) in recorded["answerHeaders"]?.AsObject() ?? [])
        {
            if (without.Contains(name))
                continue;
            var own = ours.Headers.GetValueOrDefault(name) ?? "";
            if (CompareText((string)value!, own, name) is { } difference)
                return difference;
        }

        switch (recorded["answer"])
        {
            case not null when without.Contains("body"):
                return null;
            case JsonValue text when text.TryGetValue<string>(out var expected):
                return Length().Match(expected) is { Success: true } bytes
                    ? bytes.Groups[1].Value == $"{ours.Bytes.Length}" ? null : $"{expected}, ours {ours.Bytes.Length}"
                    : CompareText(expected, ours.Text, "body");
            case null:
                return ours.Bytes.Length == 0 ? null : $"no body, ours {ours.Text}";
            case var json:
                return Parse(ours) is { } own ? Compare(Without(Once(json), without), Without(own, without)) : $"JSON, ours {ours.Text}";
        }
    }

    private static JsonNode Without(JsonNode json, IReadOnlyList<string> paths)
    {
        json = json.DeepClone();
        foreach (var path in paths)
        {
            JsonNode? at = json;
            var names = Step().Matches(path).Select(step => step.Groups[1].Value).ToList();
            foreach (var name in names[..^1])
                at = at is JsonArray items && int.Parse(name, CultureInfo.InvariantCulture) is var i ? i < items.Count ? items[i] : null : at?[name];
            (at as JsonObject)?.Remove(names[^1]);
        }

        return json;
    }

    /// <summary>
    /// The original keeps a reference as often as it is added, even without a type; here it is there once, with a type.
    /// </summary>
    private static JsonNode Once(JsonNode json)
    {
        json = json.DeepClone();
        var lists = new Stack<JsonNode?>([json]);
        while (lists.TryPop(out var node))
        {
            if (node is JsonObject members)
            {
                foreach (var (_, value) in members)
                    lists.Push(value);
            }
            else if (node is JsonArray items)
            {
                var known = new HashSet<string>(StringComparer.Ordinal);
                foreach (var item in items.ToList())
                {
                    if (item is JsonObject { Count: 2 } reference && reference.ContainsKey("id") && reference.ContainsKey("type")
                        && (!known.Add(reference.ToJsonString()) || (string?)reference["type"] == ""))
                    {
                        items.Remove(item);
                    }
                    else
                    {
                        lists.Push(item);
                    }
                }
            }
        }

        return json;
    }

    protected override string? CompareText(string text, string own, string at)
    {
        if (text == own)
            return null;

        // The address of a next page carries a cursor, which is the server's own affair.
        if (at.EndsWith(".links.next", StringComparison.Ordinal) && Fill(text.Split('?')[0]) == own.Split('?')[0])
        {
            Bind(text, own);
            return null;
        }

        var (pattern, names) = Pattern(text);
        var match = Regex.Match(own, pattern, RegexOptions.CultureInvariant | RegexOptions.Singleline);
        if (!match.Success)
            return $"{at}: {text}, ours {own}";
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] is ['@', .. var date])
                Bind(date, match.Groups[$"n{i}"].Value);
            else if (names[i] is { } name && Bind(name, (name[0] == '/' ? "/" : "") + match.Groups[$"n{i}"].Value) is { } before)
                return $"{at}: {name} was {before}, ours is {match.Groups[$"n{i}"].Value} now";
        }

        return null;
    }

    /// <summary>What ours has to look like: a recorded name is ours for it, or the first time any of its kind.</summary>
    private (string Pattern, List<string?> Names) Pattern(string text)
    {
        var (pattern, names, at) = (new StringBuilder("^"), new List<string?>(), 0);
        foreach (Match made in MadeUp().Matches(text))
        {
            pattern.Append(Regex.Escape(text[at..made.Index]));
            at = made.Index + made.Length;
            var kind = made.Groups.Values.Skip(1).First(group => group.Success && !char.IsAsciiDigit(group.Name[0])).Name;

            // The original names a version as a revision; here it has a name of its own.
            var slash = kind == "version" ? "/" : "";
            if (kind is not ("time" or "date" or "suffix") && Bound(slash + made.Value) is { } known)
            {
                pattern.Append(Regex.Escape(known[slash.Length..]));
                continue;
            }

            pattern.Append("(?<n").Append(names.Count).Append('>').Append(Form(kind, made.Value)).Append(')');
            names.Add(kind switch
            {
                "time" or "suffix" => null,

                // Different moments here may have been one second there: the last counts.
                "date" => "@" + made.Value,
                _ => slash + made.Value,
            });
        }

        return (pattern.Append(Regex.Escape(text[at..])).Append('$').ToString(), names);
    }

    private static string Form(string kind, string recorded) => kind switch
    {
        "time" => @"\d{4}-\d\d-\d\dT[0-9:.]+Z",
        "date" => @"\w{3}, \d\d \w{3} \d{4} [0-9:]+ GMT",
        "version" => "[0-9a-f]{16}",
        "rev" => recorded[..(recorded.IndexOf('-', StringComparison.Ordinal) + 1)] + "[0-9a-f]{32}",
        "seq" => @"\d+(-[\w-]*)?",
        "suffix" => @"\d{9}",
        "id" => "[0-9a-f]{32}",
        _ => @"[\w.~-]+",
    };

    private static JsonNode? Parse(Answer answer)
    {
        try
        {
            return JsonNode.Parse(answer.Bytes);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    // The recording was made on a day; other times are those that clients gave.
    [GeneratedRegex(
        @"(?<time>2026-11-22T[0-9:.]+Z)|(?<date>\w{3}, 22 Nov 2026 [0-9:]+ GMT)|(?<=[0-9a-f]{32}/)(?<version>\d+-[0-9a-f]{32})|(?<rev>\b\d+-[0-9a-f]{32})\b|(?<seq>\b\d+-g1A[\w-]+)|(?<cursor>\bg1A[\w-]+)|(?<id>\b[0-9a-f]{32}|\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})\b|(?<secret>\b[0-9a-f]{16})\b|(?<=\()(?<suffix>\d{9})(?=\))")]
    private static partial Regex MadeUp();

    [GeneratedRegex(@"^<(\d+) bytes>$")]
    private static partial Regex Length();

    [GeneratedRegex(@"[.\[]([^.\[\]]+)\]?")]
    private static partial Regex Step();
}
