namespace Cozy.Storage.Documents.Mango;

/// <summary>What a selector may ask at most, so that a hostile one costs little and fails clearly.</summary>
public sealed record MangoLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static readonly MangoLimits Default = new();

    /// <summary>Those of filters that were accepted once, under whatever limits there were then.</summary>
    internal static readonly MangoLimits Accepted = new()
    {
        MaxDepth = 500,
        MaxConditions = int.MaxValue,
        MaxSelectorBytes = int.MaxValue,
        MaxRegexBytes = int.MaxValue,
    };

    /// <summary>How deep operators and fields may nest in a selector.</summary>
    public int MaxDepth { get; init; } = 100;

    /// <summary>How many conditions a selector may have, in all its branches together.</summary>
    public int MaxConditions { get; init; } = 10_000;

    /// <summary>The longest selector, in bytes of JSON.</summary>
    public int MaxSelectorBytes { get; init; } = 1_000_000;

    /// <summary>The longest <c>$regex</c>, in bytes.</summary>
    public int MaxRegexBytes { get; init; } = 4_000;

    /// <summary>How long one query may run.</summary>
    public TimeSpan MaxQueryTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most a query may answer, in bytes of its documents.</summary>
    public int MaxResultBytes { get; init; } = 64 << 20;

    /// <summary>How long one query may spend in regular expressions that need backtracking.</summary>
    public TimeSpan MaxRegexTime { get; init; } = TimeSpan.FromSeconds(1);
}
