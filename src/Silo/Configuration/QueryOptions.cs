using System.ComponentModel.DataAnnotations;
using Cozy.Storage.Documents.Mango;

namespace Cozy.Silo.Configuration;

/// <summary>What a Mango query may cost (section <c>Documents:Queries</c>).</summary>
internal sealed class QueryOptions
{
    /// <summary>How deep operators and fields may nest in a selector.</summary>
    [Range(10, 500)]
    public int MaxDepth { get; set; } = MangoLimits.Default.MaxDepth;

    /// <summary>How many conditions a selector may have.</summary>
    [Range(100, 1_000_000)]
    public int MaxConditions { get; set; } = MangoLimits.Default.MaxConditions;

    /// <summary>The longest selector, in bytes of JSON.</summary>
    [Range(1_000, 8_000_000)]
    public int MaxSelectorBytes { get; set; } = MangoLimits.Default.MaxSelectorBytes;

    /// <summary>The longest <c>$regex</c>, in bytes.</summary>
    [Range(100, 100_000)]
    public int MaxRegexBytes { get; set; } = MangoLimits.Default.MaxRegexBytes;

    /// <summary>How long one query may spend in regular expressions that need backtracking.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan MaxRegexTime { get; set; } = MangoLimits.Default.MaxRegexTime;

    /// <summary>How long one query may run.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan MaxTime { get; set; } = MangoLimits.Default.MaxQueryTime;

    /// <summary>The most a query may answer, in bytes of its documents.</summary>
    [Range(100_000, 1 << 30)]
    public int MaxResultBytes { get; set; } = MangoLimits.Default.MaxResultBytes;

    /// <summary>The same for those who parse and run queries.</summary>
    public MangoLimits ToLimits() => new()
    {
        MaxDepth = MaxDepth,
        MaxConditions = MaxConditions,
        MaxSelectorBytes = MaxSelectorBytes,
        MaxRegexBytes = MaxRegexBytes,
        MaxRegexTime = MaxRegexTime,
        MaxQueryTime = MaxTime,
        MaxResultBytes = MaxResultBytes,
    };
}
