using System.Buffers;

namespace Cozy.Storage.Blobs;

/// <summary>Which ids may become part of a path or of an object's name.</summary>
internal static class BlobNames
{
    private const int MaxLength = 100;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Returns the key; throws <see cref="ArgumentException"/> when one of its ids is not a safe name.</summary>
    public static BlobKey Checked(BlobKey key)
    {
        Checked(key.Instance, nameof(key.Instance));
        Checked(key.FileId, nameof(key.FileId));
        Checked(key.VersionId, nameof(key.VersionId));
        return key;
    }

    /// <summary>Returns the id; throws <see cref="ArgumentException"/> when it is not a safe name.</summary>
    public static string Checked(string id, string what)
    {
        if (!IsSafe(id))
            throw new ArgumentException($"{what} is not a name a blob store accepts.", what);
        return id;
    }

    /// <summary>
    /// Letters, digits, '.', '_' and '-'; no leading dot and no "..": such a name is one path segment, means the same
    /// everywhere, and leaves every other character free to be a separator.
    /// </summary>
    private static bool IsSafe(string? id) =>
        id is { Length: > 0 and <= MaxLength }
        && id[0] != '.'
        && !id.Contains("..", StringComparison.Ordinal)
        && !id.AsSpan().ContainsAnyExcept(Allowed);
}
