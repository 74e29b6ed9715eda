using System.Buffers;

namespace Cozy.Storage.Documents;

/// <summary>Reads documents as clients send them and writes them as the API shows them.</summary>
public static class DocumentCodec
{
    /// <summary>Checks a document and brings it into canonical form.</summary>
    /// <exception cref="DocumentStoreException">The bytes are not a JSON object the database accepts.</exception>
    public static ParsedDocument Parse(ReadOnlySpan<byte> json) => throw new NotImplementedException();

    /// <summary>
    /// Writes <c>{"_id":…,"_rev":…[,"_type":…][,"_deleted":true],members…}</c>, followed by the details the document
    /// carries (<c>_revisions</c>, <c>_conflicts</c>, …).
    /// </summary>
    public static void Write(IBufferWriter<byte> output, StoredDocument document, string? type = null) =>
        throw new NotImplementedException();
}
