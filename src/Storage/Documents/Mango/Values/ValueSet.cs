using System.Diagnostics.CodeAnalysis;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents.Mango.Values;

/// <summary>Values to look others up among, by CouchDB's equality; the cost does not grow with their number.</summary>
internal sealed class ValueSet(IReadOnlyList<byte[]> values)
{
    private const int Few = 8;

    private readonly HashSet<byte[]>? _keys =
        values.Count > Few ? values.Select(value => ValueKey.Of(value)).ToHashSet(BytesComparer.Instance) : null;

    public bool Contains(ReadOnlySpan<byte> value)
    {
        if (_keys is not null)
        {
            using var key = new ByteBuffer(value.Length + 16);
            ValueKey.Write(value, key);
            return _keys.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(key.Written);
        }

        for (var i = 0; i < values.Count; i++)
        {
            if (JsonOrder.AreEqual(value, values[i]))
                return true;
        }

        return false;
    }
}

/// <summary>Compares bytes by their content; spans can be looked up without making an array of them.</summary>
internal sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static readonly BytesComparer Instance = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = new HashCode();
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }
}
