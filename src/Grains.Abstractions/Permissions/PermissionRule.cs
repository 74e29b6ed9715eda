using Orleans.Concurrency;

namespace Cozy.Grains.Permissions;

/// <summary>One rule: these verbs on documents of this doctype, all of them or only some.</summary>
[GenerateSerializer, Immutable, Alias("cozy.PermissionRule")]
public sealed record PermissionRule
{
    /// <summary>The doctype; <c>io.cozy.foo.*</c> covers <c>io.cozy.foo</c> and what is below, <c>*</c> everything.</summary>
    [Id(0)] public required string Doctype { get; init; }

    /// <summary>What may be done.</summary>
    [Id(1)] public Verbs Verbs { get; init; } = Verbs.All;

    /// <summary>The field that must have one of <see cref="Values"/>; null when they are ids.</summary>
    [Id(2)] public string? Selector { get; init; }

    /// <summary>The ids (or values of the selector) covered; empty for the whole doctype.</summary>
    [Id(3)] public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Whether the rule is about every doctype that another rule's <see cref="Doctype"/>, perhaps a wildcard, is about.</summary>
    public bool CoversAll(string doctypeOrWildcard)
    {
        if (Doctype == "*" || Doctype == doctypeOrWildcard)
            return doctypeOrWildcard.Length > 0;
        if (doctypeOrWildcard == "*")
            return false;
        return doctypeOrWildcard.EndsWith(".*", StringComparison.Ordinal)
            ? Doctype.EndsWith(".*", StringComparison.Ordinal) && Covers(doctypeOrWildcard[..^2])
            : Covers(doctypeOrWildcard);
    }

    /// <summary>Whether the rule is about this doctype.</summary>
    public bool Covers(string doctype)
    {
        if (Doctype == doctype || Doctype == "*")
            return true;

        // A wildcard needs three dots, so that nobody gets all of io.cozy.* by mistake.
        return Doctype.EndsWith(".*", StringComparison.Ordinal)
            && Doctype.AsSpan().Count('.') >= 3
            && (doctype.StartsWith(Doctype.AsSpan(0, Doctype.Length - 1), StringComparison.Ordinal)
                || doctype.AsSpan().SequenceEqual(Doctype.AsSpan(0, Doctype.Length - 2)));
    }
}
