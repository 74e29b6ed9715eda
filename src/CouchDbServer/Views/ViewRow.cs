using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Views;

/// <summary>What a map emitted once.</summary>
/// <param name="SortKey">The key as bytes in the order of the view.</param>
/// <param name="Key">The key, in JSON.</param>
/// <param name="Value">The value, in JSON.</param>
/// <param name="Id">The document.</param>
internal sealed record ViewRow(byte[] SortKey, byte[] Key, byte[] Value, string Id)
{
    /// <summary>What a row takes besides its bytes.</summary>
    private const int Overhead = 150;

    /// <summary>About how much memory it takes.</summary>
    public long Bytes => SortKey.Length + Key.Length + Value.Length + (2 * Id.Length) + Overhead;

    /// <summary>Where this row stands to a place among the rows.</summary>
    /// <param name="sortKey">The key there.</param>
    /// <param name="id">The document there; null for all of that key.</param>
    public int CompareTo(ReadOnlySpan<byte> sortKey, string? id)
    {
        var order = SortKey.AsSpan().SequenceCompareTo(sortKey);
        return order != 0 || id is null ? order : Utf8Order.Instance.Compare(Id, id);
    }
}
