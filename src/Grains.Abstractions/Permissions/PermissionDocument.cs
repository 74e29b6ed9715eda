using Orleans.Concurrency;

namespace Cozy.Grains.Permissions;

/// <summary>
/// A document of <c>io.cozy.permissions</c>: what an installed app, or whoever has a link, may do. It holds secrets
/// (codes, the hash of a password); the HTTP face decides who sees which.
/// </summary>
[GenerateSerializer, Immutable, Alias("cozy.PermissionDocument")]
public sealed record PermissionDocument
{
    // A copy made by "with" copies this too, so it is kept along with the rules it was made of.
    [NonSerialized]
    private KnownSet? _set;

    /// <summary>Its <c>_id</c>.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>Its <c>_rev</c>; null while it is not written.</summary>
    [Id(1)] public string? Revision { get; init; }

    /// <summary>One of <see cref="PermissionTypes"/>.</summary>
    [Id(2)] public required string Type { get; init; }

    /// <summary>
    /// Whose permissions they are, or who made them: <c>io.cozy.apps/drive</c>, or an OAuth client's id; null for the
    /// command line.
    /// </summary>
    [Id(3)] public string? SourceId { get; init; }

    /// <summary>The rules, in the order they were given.</summary>
    [Id(4)] public IReadOnlyList<TitledRule> Rules { get; init; } = [];

    /// <summary>From when on they are void; null for never.</summary>
    [Id(5)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The codes of a link; none for apps.</summary>
    [Id(6)] public IReadOnlyList<ShareCode> Codes { get; init; } = [];

    /// <summary>The hash of the password that a link asks for; null when it asks for none.</summary>
    [Id(7)] public string? PasswordHash { get; init; }

    /// <summary>The <c>cozyMetadata</c> of the document as JSON; empty when it has none.</summary>
    [Id(8)] public ReadOnlyMemory<byte> Metadata { get; init; }

    /// <summary>What the rules allow.</summary>
    public PermissionSet Set
    {
        get
        {
            if (_set is not { } known || !ReferenceEquals(known.Rules, Rules))
                _set = known = new KnownSet(Rules, new PermissionSet([.. Rules.Select(rule => rule.Rule)]));
            return known.Set;
        }
    }

    /// <summary>Whether they are void at this time.</summary>
    public bool IsExpired(DateTimeOffset now) => ExpiresAt is { } end && now >= end;

    private sealed record KnownSet(IReadOnlyList<TitledRule> Rules, PermissionSet Set);
}

/// <summary>A rule of a document, with what people are told of it.</summary>
/// <param name="Title">Its name in the document.</param>
/// <param name="Description">Why it is asked for; null when nobody said.</param>
/// <param name="Rule">The rule.</param>
/// <param name="ListsVerbs">Whether the document lists the verbs, even if they are all.</param>
[GenerateSerializer, Immutable, Alias("cozy.TitledRule")]
public sealed record TitledRule(
    [property: Id(0)] string Title,
    [property: Id(1)] string? Description,
    [property: Id(2)] PermissionRule Rule,
    [property: Id(3)] bool ListsVerbs);

/// <summary>A code of a link, in its two forms.</summary>
/// <param name="Name">The name of whom it was given to.</param>
/// <param name="Code">The long form: a signed token.</param>
/// <param name="ShortCode">The short form for people to type; null when it has none.</param>
[GenerateSerializer, Immutable, Alias("cozy.ShareCode")]
public sealed record ShareCode(
    [property: Id(0)] string Name,
    [property: Id(1)] string Code,
    [property: Id(2)] string? ShortCode);

/// <summary>The values of <see cref="PermissionDocument.Type"/>, as cozy-stack writes them.</summary>
public static class PermissionTypes
{
    /// <summary>Of an installed web app.</summary>
    public const string App = "app";

    /// <summary>Of an installed connector.</summary>
    public const string Connector = "konnector";

    /// <summary>Of whoever has a link.</summary>
    public const string Share = "share";

    /// <summary>Of those who are shown a sharing before they accept it.</summary>
    public const string SharePreview = "share-preview";

    /// <summary>Of members of a sharing who have no cozy of their own.</summary>
    public const string ShareInteract = "share-interact";
}
