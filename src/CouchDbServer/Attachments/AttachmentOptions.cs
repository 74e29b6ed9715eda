using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Attachments;

/// <summary>How attachments are shown in documents.</summary>
/// <param name="WithData">With their bytes.</param>
/// <param name="EncodingInfo">Tell how they are kept, and give their bytes like that.</param>
/// <param name="Since">Bytes only of those that came after these revisions; null for all.</param>
internal sealed record AttachmentOptions(bool WithData, bool EncodingInfo, IReadOnlyList<Revision>? Since)
{
    public static readonly AttachmentOptions Stubs = new(false, false, null);

    /// <summary>Reads <c>attachments</c>, <c>att_encoding_info</c> and <c>atts_since</c>.</summary>
    public static AttachmentOptions Parse(QueryOptions query)
    {
        IReadOnlyList<Revision>? since = null;
        if (query.Json("atts_since") is { } list)
        {
            since = [.. (list.Texts() ?? throw CouchException.BadRequest("Invalid list of revisions")).Select(Revision.Parse)];
        }

        // As in CouchDB, naming what is known asks for the rest.
        return new AttachmentOptions(query.IsTrue("attachments") || since is { Count: > 0 }, query.IsTrue("att_encoding_info"), since);
    }

    /// <summary>The generation of the newest revision of a document that the asker knows; what is older is left out.</summary>
    private int KnownGeneration { get; init; }

    /// <summary>The same for one document, whose history must have been read when <see cref="Since"/> was given.</summary>
    public AttachmentOptions For(StoredDocument document) =>
        Since is null || document.Details?.Revisions is not { } path
            ? this
            : this with
            {
                KnownGeneration = path.Where(Since.Contains).Select(r => r.Generation).DefaultIfEmpty(0).Max(),
            };

    /// <summary>Whether the bytes of an attachment are wanted.</summary>
    public bool Wants(Attachment attachment) => WithData && attachment.RevisionPosition > KnownGeneration;
}
