using System.Text;

namespace Cozy.Storage.Documents.CouchDb;

/// <summary>
/// Orders revisions by generation, then by hash; CouchDB keeps a hash of 32 hex digits as the 16 bytes it stands for
/// and any other as its text.
/// </summary>
public sealed class RevisionOrder : IComparer<Revision>
{
    /// <summary>The order; it has no state.</summary>
    public static readonly RevisionOrder Instance = new();

    /// <inheritdoc/>
    public int Compare(Revision x, Revision y) =>
        x.Generation != y.Generation
            ? x.Generation.CompareTo(y.Generation)
            : Bytes(x.Hash).AsSpan().SequenceCompareTo(Bytes(y.Hash));

    private static byte[] Bytes(string hash) =>
        hash.Length == 32 && hash.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hash) : Encoding.UTF8.GetBytes(hash);
}
