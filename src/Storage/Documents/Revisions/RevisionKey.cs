using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Cozy.Storage.Documents.Revisions;

/// <summary>
/// The hash of a revision as the tree keeps and orders it: 32 hex digits as the 16 bytes they spell, any other text as
/// it is. Order is that of the bytes.
/// </summary>
internal readonly struct RevisionKey(UInt128 digest, string? text) : IEquatable<RevisionKey>, IComparable<RevisionKey>
{
    /// <summary>The 16 bytes; meaningless with <see cref="Text"/>.</summary>
    public UInt128 Digest { get; } = digest;

    /// <summary>The hash when it is not 32 hex digits.</summary>
    public string? Text { get; } = text;

    public static RevisionKey Parse(string hash) =>
        hash.Length == 32 && UInt128.TryParse(hash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digest)
            ? new RevisionKey(digest, null)
            : new RevisionKey(default, hash);

    public bool Equals(RevisionKey other) => Digest == other.Digest && Text == other.Text;

    public override bool Equals(object? obj) => obj is RevisionKey other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Digest, Text);

    public int CompareTo(RevisionKey other) =>
        Text is null && other.Text is null
            ? Digest.CompareTo(other.Digest)
            : Bytes().AsSpan().SequenceCompareTo(other.Bytes());

    /// <summary>The hash as it is written in revisions.</summary>
    public override string ToString() => Text ?? Digest.ToString("x32", CultureInfo.InvariantCulture);

    private byte[] Bytes()
    {
        if (Text is not null)
            return Encoding.UTF8.GetBytes(Text);
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Digest);
        return bytes;
    }
}
