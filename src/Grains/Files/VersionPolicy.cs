namespace Cozy.Grains.Files;

/// <summary>What the policy looks at.</summary>
/// <param name="VersionId">Which content.</param>
/// <param name="CreatedAt">When it became a version.</param>
/// <param name="IsTagged">Tagged versions are kept for good.</param>
/// <param name="Size">Bytes.</param>
internal readonly record struct VersionFacts(string VersionId, DateTimeOffset CreatedAt, bool IsTagged, long Size);

/// <summary>Which former contents of a file are kept.</summary>
internal static class VersionPolicy
{
    /// <summary>Decides on the content that is being replaced and on the versions there are.</summary>
    /// <param name="candidate">The content that is being replaced.</param>
    /// <param name="versions">The versions there are.</param>
    /// <param name="options">How many are kept, and how far apart.</param>
    /// <returns>Whether the candidate becomes a version, and which versions go.</returns>
    public static (bool Keep, IReadOnlyList<VersionFacts> Drop) Decide(
        VersionFacts candidate, IReadOnlyList<VersionFacts> versions, FileTreeOptions options)
    {
        if (options.MaxVersions == 0)
            return (false, versions);

        var ordered = versions.OrderBy(version => version.CreatedAt).ToList();
        var keep = ordered.Count == 0 || candidate.IsTagged
            || ordered[^1].CreatedAt + options.MinVersionDelay <= candidate.CreatedAt;

        // The current content counts as one.
        var tooMany = ordered.Count + 1 + (keep ? 1 : 0) - options.MaxVersions;
        return (keep, [.. ordered.Where(version => !version.IsTagged).Take(Math.Max(tooMany, 0))]);
    }
}
