namespace Cozy.Grains.Apps;

/// <summary>The short name of an app: part of host names, of ids and of paths.</summary>
public static class AppSlug
{
    /// <summary>Most characters: a host name's label has no more.</summary>
    public const int MaxLength = 63;

    /// <summary>Whether this can be the short name of an app: lower-case letters, digits and inner hyphens.</summary>
    public static bool IsValid(string? slug) =>
        slug is { Length: > 0 and <= MaxLength }
        && slug[0] != '-' && slug[^1] != '-'
        && slug.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
