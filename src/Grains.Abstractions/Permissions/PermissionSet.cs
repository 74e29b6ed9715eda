using System.Collections.Frozen;
using Cozy.Grains.Errors;
using Orleans.Concurrency;

namespace Cozy.Grains.Permissions;

/// <summary>What a token may do: a list of rules, of which one must allow an action.</summary>
[GenerateSerializer, Immutable, Alias("cozy.PermissionSet")]
public sealed record PermissionSet([property: Id(0)] IReadOnlyList<PermissionRule> Rules)
{
    /// <summary>Nothing at all.</summary>
    public static readonly PermissionSet None = new([]);

    private static readonly FrozenDictionary<string, Verbs> VerbsByName = new Dictionary<string, Verbs>
    {
        ["ALL"] = Verbs.All,
        ["GET"] = Verbs.Get,
        ["POST"] = Verbs.Post,
        ["PUT"] = Verbs.Put,
        ["PATCH"] = Verbs.Patch,
        ["DELETE"] = Verbs.Delete,
    }.ToFrozenDictionary();

    /// <summary>Whether it allows everything, as the operator's tokens and certified clients may.</summary>
    public bool IsMaximal => Rules.Any(rule => rule is { Doctype: "*", Values.Count: 0, Verbs: Verbs.All });

    /// <summary>Whether some rule reaches every doctype, be it only to read.</summary>
    public bool ReachesEverything => Rules.Any(rule => rule.Doctype == "*");

    /// <summary>
    /// Reads a scope: rules <c>doctype[:VERBS[:values[:selector]]]</c> separated by spaces, their lists by commas.
    /// </summary>
    /// <exception cref="CozyException">BadRequest: the text is not a scope.</exception>
    public static PermissionSet ParseScope(string scope) =>
        new([.. scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseRule)]);

    /// <summary>Whether the verb is allowed on every document of the doctype.</summary>
    public bool AllowsAll(Verbs verb, string doctype) =>
        Rules.Any(rule => rule.Values.Count == 0 && (rule.Verbs & verb) == verb && rule.Covers(doctype));

    /// <summary>Whether the verb is allowed on the document with this id.</summary>
    public bool AllowsId(Verbs verb, string doctype, string id) =>
        Rules.Any(rule => (rule.Verbs & verb) == verb && rule.Covers(doctype)
            && (rule.Values.Count == 0 || (rule.Selector is null && rule.Values.Contains(id))));

    /// <summary>Whether the verb is allowed on at least one document of the doctype.</summary>
    public bool AllowsSome(Verbs verb, string doctype) =>
        Rules.Any(rule => (rule.Verbs & verb) == verb && rule.Covers(doctype));

    /// <summary>Whether a rule that selects by a field allows the verb on a document with these field values.</summary>
    /// <param name="verb">What is to be done.</param>
    /// <param name="doctype">The document's doctype.</param>
    /// <param name="valuesOf">The values the document has in a field; none when it lacks the field.</param>
    public bool AllowsBySelector(Verbs verb, string doctype, Func<string, IEnumerable<string>> valuesOf) =>
        Rules.Any(rule => rule.Selector is { } selector && (rule.Verbs & verb) == verb && rule.Covers(doctype)
            && valuesOf(selector).Any(rule.Values.Contains));

    /// <summary>Whether everything the other set allows is allowed by one rule of this set.</summary>
    public bool Includes(PermissionSet other) => other.Rules.All(IncludesRule);

    /// <summary>Whether everything a rule allows is allowed by one rule of this set.</summary>
    public bool IncludesRule(PermissionRule rule) => Rules.Any(own =>
        (own.Verbs & rule.Verbs) == rule.Verbs && own.CoversAll(rule.Doctype)
        && (own.Values.Count == 0
            || (own.Selector == rule.Selector && rule.Values.Count > 0 && rule.Values.All(own.Values.Contains))));

    private static PermissionRule ParseRule(string text)
    {
        var parts = text.Split(':');
        if (parts.Length > 4 || parts[0].Length == 0)
            throw CozyException.BadRequest($"Invalid scope: {text}");

        var rule = new PermissionRule
        {
            Doctype = parts[0],
            Verbs = parts.Length > 1 && parts[1].Length > 0 ? ParseVerbs(parts[1]) : Verbs.All,
            Values = parts.Length > 2 && parts[2].Length > 0 ? parts[2].Split(',') : [],
            Selector = parts.Length > 3 && parts[3].Length > 0 ? parts[3] : null,
        };
        return rule is { Selector: not null, Values.Count: 0 }
            ? throw CozyException.BadRequest($"Invalid scope: {text}")
            : rule;
    }

    private static Verbs ParseVerbs(string text) =>
        text.Split(',').Aggregate(Verbs.None, (verbs, name) => VerbsByName.TryGetValue(name, out var verb)
            ? verbs | verb
            : throw CozyException.BadRequest($"Invalid verb in scope: {name}"));
}
