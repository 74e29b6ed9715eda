namespace Cozy.Storage.Documents;

/// <summary>How tolerant <see cref="DocumentCodec.Parse(ReadOnlySpan{byte}, ParseOptions)"/> is.</summary>
public sealed record ParseOptions
{
    /// <summary>What CouchDB does, with a bound on nesting.</summary>
    public static readonly ParseOptions Default = new();

    /// <summary>As <see cref="Default"/>, and a <c>_type</c> (which the API adds to documents) is dropped.</summary>
    public static readonly ParseOptions IgnoringType = new() { IgnoreType = true };

    /// <summary>How deep objects and arrays may nest; CouchDB itself has no limit.</summary>
    public int MaxDepth { get; init; } = 512;

    /// <summary>
    /// Whether <c>_attachments</c> are read. Otherwise those with a content are refused rather than lost; an empty list,
    /// as older clients send it, is nothing.
    /// </summary>
    public bool Attachments { get; init; }

    /// <summary>Whether a member <c>_type</c> is dropped instead of refused.</summary>
    public bool IgnoreType { get; init; }
}
