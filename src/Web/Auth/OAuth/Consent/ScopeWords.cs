using System.Globalization;
using Cozy.Grains.Permissions;
using Cozy.Web.Pages.Languages;

namespace Cozy.Web.Auth.OAuth.Consent;

/// <summary>Says in words of people what a set of permissions allows.</summary>
internal static class ScopeWords
{
    /// <summary>A line for each kind of documents: what they are called, and what may be done with which of them.</summary>
    public static IEnumerable<(string Subject, string Rights)> Of(PermissionSet permissions, ConsentTexts texts) =>
        permissions.Rules
            .GroupBy(rule => (rule.Doctype, rule.Verbs, Limits: LimitsOf(rule, texts)))
            .Select(same => (SubjectOf(same.Key.Doctype, texts), Join(RightsOf(same.Key.Verbs, texts), same.Key.Limits, texts)));

    private static string SubjectOf(string doctype, ConsentTexts texts)
    {
        if (doctype == "*")
            return texts.Everything;
        return doctype.EndsWith(".*", StringComparison.Ordinal)
            ? Texts.With(texts.AndRelated, NameOf(doctype[..^2], texts))
            : NameOf(doctype, texts);
    }

    private static string NameOf(string doctype, ConsentTexts texts) => texts.Doctypes.GetValueOrDefault(doctype, doctype);

    private static string RightsOf(Verbs verbs, ConsentTexts texts)
    {
        if (verbs == Verbs.All)
            return texts.AllRights;
        if (verbs == Verbs.Get)
            return texts.ReadOnly;

        var words = new List<string>();
        if (verbs.HasFlag(Verbs.Get))
            words.Add(texts.Read);
        if (verbs.HasFlag(Verbs.Post))
            words.Add(texts.Add);
        if ((verbs & (Verbs.Put | Verbs.Patch)) != 0)
            words.Add(texts.Change);
        if (verbs.HasFlag(Verbs.Delete))
            words.Add(texts.Delete);
        var listed = words.Count > 1 ? string.Join(", ", words[..^1]) + texts.And + words[^1] : words[0];
        return Texts.With(texts.Only, listed);
    }

    private static string LimitsOf(PermissionRule rule, ConsentTexts texts) => rule switch
    {
        { Values.Count: 0 } => string.Empty,
        { Selector: { } field } => Texts.With(texts.OnlyWhere, field, string.Join(", ", rule.Values)),
        { Values.Count: 1 } => texts.ChosenItem,
        _ => Texts.With(texts.ChosenItems, rule.Values.Count.ToString(CultureInfo.InvariantCulture)),
    };

    private static string Join(string rights, string limits, ConsentTexts texts) =>
        limits.Length == 0 ? rights : Texts.With(texts.WithLimits, rights, limits);
}
