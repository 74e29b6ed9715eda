using System.Text;
using Cozy.CouchDbServer.Attachments;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Documents;

/// <summary>One document as it came in, ready to be stored.</summary>
/// <param name="Id">Its id, checked.</param>
/// <param name="Path">The revision given and its ancestors, newest first; empty when none was given.</param>
/// <param name="Revision">The revision as text, for local documents.</param>
/// <param name="Deleted">Whether it is a tombstone.</param>
/// <param name="Members">The content.</param>
internal sealed record WriteRequest(
    string Id, IReadOnlyList<Revision> Path, string? Revision, bool Deleted, ReadOnlyMemory<byte> Members)
{
    /// <summary>What is attached.</summary>
    public IReadOnlyList<AttachmentEdit> Attachments { get; init; } = [];

    public bool IsLocal => Id.StartsWith(DocumentId.LocalPrefix, StringComparison.Ordinal);

    /// <summary>The id behind <c>_local/</c>.</summary>
    public string LocalId => Id[DocumentId.LocalPrefix.Length..];

    /// <summary>The revision given, wherever it stood; null when none was.</summary>
    public string? NewestRevision => Path is [var newest, ..] ? newest.ToString() : null;

    /// <summary>A generation of 0 is accepted by CouchDB and means no revision at all.</summary>
    public DocumentEdit ToEdit() =>
        new(Id, Path is [{ Generation: > 0 } parent, ..] ? parent : null, Deleted, Members) { Attachments = Attachments };

    public ReplicatedEdit ToReplicatedEdit() =>
        Path.Count > 0
            ? new ReplicatedEdit(Id, Path, Deleted, Members) { Attachments = Attachments }
            : throw CouchException.BadRequest(
                "When `new_edits: false`, the document needs `_rev` or `_revisions` specified");

    /// <summary>The request with the bytes of what was said to follow.</summary>
    public WriteRequest Fill(IReadOnlyList<(string? Name, byte[] Data)> parts, ProtocolLimits limits) =>
        Attachments.Any(a => a.Follows)
            ? this with { Attachments = MultipartDocument.Fill(Attachments, parts, limits.MaxAttachmentBytes) }
            : this;

    /// <summary>Reads a document.</summary>
    /// <param name="json">The document.</param>
    /// <param name="id">The id it gets whatever it says itself; null to use its own, or a new one.</param>
    /// <param name="revision">The revision given outside of the document; null when none was.</param>
    /// <param name="limits">How large it may be.</param>
    public static WriteRequest Parse(
        ReadOnlySpan<byte> json, string? id, string? revision, ProtocolLimits limits)
    {
        var isNamed = id is not null;
        var parsed = DocumentCodec.Parse(json, limits.Parsing);
        id ??= parsed.Id ?? Server.Uuids.Next();
        if (DocumentId.Check(id) is { } illegal)
            throw illegal;
        if (Encoding.UTF8.GetByteCount(id) > limits.MaxIdBytes)
            throw DocumentStoreException.Invalid("illegal_docid", "Document id is too long");
        if (parsed.Revisions?.Any(known => known.Hash.Length > limits.MaxIdBytes) == true || parsed.Revision?.Length > limits.MaxIdBytes)
            throw CouchException.BadRequest("Invalid rev format");
        if (parsed.Members.Length > limits.MaxDocumentBytes)
            throw new DocumentStoreException(StoreError.TooLarge, "document_too_large", isNamed ? "" : id);

        if (revision is not null && parsed.Revision is not null && revision != parsed.Revision)
        {
            throw CouchException.BadRequest(
                "Document rev from request body and query string have different values");
        }

        var text = revision ?? parsed.Revision;
        var path = parsed.Revisions is { } known ? known
            : text is null ? []
            : (IReadOnlyList<Revision>)[Storage.Documents.Revision.Parse(text)];
        return new WriteRequest(id, path, text, parsed.Deleted, parsed.Members) { Attachments = parsed.Attachments };
    }
}
