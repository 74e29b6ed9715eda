using System.Security.Cryptography;
using System.Text;

namespace Cozy.Storage.Documents.Revisions;

/// <summary>The revision an ordinary edit gets.</summary>
public static class RevisionHash
{
    /// <summary>
    /// The revision that follows <paramref name="parent"/> with this content. The same edit of the same parent always
    /// gets the same revision, so that a repeated one can be recognised.
    /// </summary>
    /// <param name="parent">The revision replaced; null for a new document.</param>
    /// <param name="deleted">Whether the new revision is a tombstone.</param>
    /// <param name="members">The new content, canonical.</param>
    public static Revision Compute(Revision? parent, bool deleted, ReadOnlySpan<byte> members)
    {
        // A name for a content, as git has them, not a protection against anybody.
#pragma warning disable CA5351
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
        hash.AppendData(deleted ? "1"u8 : "0"u8);
        if (parent is { } known)
            hash.AppendData(Encoding.UTF8.GetBytes(known.ToString()));
        hash.AppendData("\0"u8);
        hash.AppendData(members);
        Span<byte> digest = stackalloc byte[16];
        hash.GetHashAndReset(digest);
        return new Revision((parent?.Generation ?? 0) + 1, Convert.ToHexStringLower(digest));
    }
}
