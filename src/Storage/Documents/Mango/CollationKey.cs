using Cozy.Storage.Documents.Mango.Values;

namespace Cozy.Storage.Documents.Mango;

/// <summary>JSON values as bytes whose order is CouchDB's order of the values: views and indexes are sorted by it.</summary>
public static class CollationKey
{
    /// <summary>The key of one value; values that CouchDB takes for equal have equal keys.</summary>
    /// <param name="json">Canonical JSON (<see cref="DocumentCodec.Canonicalize"/>).</param>
    public static byte[] Of(ReadOnlySpan<byte> json) => ValueKey.Of(json);
}
