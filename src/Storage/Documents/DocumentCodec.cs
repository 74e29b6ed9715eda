using System.Buffers;
using System.Globalization;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents;

/// <summary>Reads documents as clients send them and writes them as the API shows them.</summary>
public static class DocumentCodec
{
    /// <summary>Checks a document and brings it into canonical form.</summary>
    /// <exception cref="DocumentStoreException">The bytes are not a JSON object the database accepts.</exception>
    public static ParsedDocument Parse(ReadOnlySpan<byte> json) => Parse(json, ParseOptions.Default);

    /// <summary>Checks a document and brings it into canonical form.</summary>
    /// <exception cref="DocumentStoreException">The bytes are not a JSON object the database accepts.</exception>
    public static ParsedDocument Parse(ReadOnlySpan<byte> json, ParseOptions options)
    {
        using var output = new ByteBuffer(json.Length + 16);
        var canonicalizer = new JsonCanonicalizer(json, output, options.MaxDepth);
        if (!canonicalizer.TryRun())
            throw NotJson();
        if (!canonicalizer.IsObject)
            throw DocumentStoreException.Invalid("bad_request", "Document must be a JSON object");

        output.Truncate(output.Length - 1);
        var special = TakeSpecialMembers(canonicalizer.Members, output, options);
        return new ParsedDocument
        {
            Id = special.Id,
            Revision = special.Revision,
            Deleted = special.Deleted,
            Revisions = special.Revisions,
            Attachments = special.Attachments,
            Members = output.Written[1..].ToArray(),
        };
    }

    /// <summary>Any JSON value in canonical form, as it would be kept inside a document.</summary>
    /// <exception cref="DocumentStoreException">The bytes are not JSON.</exception>
    public static byte[] Canonicalize(ReadOnlySpan<byte> json, int maxDepth = 512)
    {
        using var output = new ByteBuffer(json.Length + 16);
        return new JsonCanonicalizer(json, output, maxDepth).TryRun() ? output.Written.ToArray() : throw NotJson();
    }

    /// <summary>
    /// Writes <c>{"_id":…,"_rev":…[,"_type":…],members…[,"_deleted":true]}</c> and, before the brace, the details the
    /// document carries (<c>_revisions</c>, <c>_conflicts</c>, …): CouchDB's order. Attachments are left out.
    /// </summary>
    public static void Write(IBufferWriter<byte> output, StoredDocument document, string? type = null)
    {
        WriteOpen(output, document, type);
        output.Write("}"u8);
    }

    /// <summary>Writes a document as <c>_find</c> sees it: with what is known of its attachments, and without their bytes.</summary>
    public static void WriteWithAttachments(IBufferWriter<byte> output, StoredDocument document)
    {
        WriteOpen(output, document);
        if (document.Attachments.Count > 0)
        {
            output.Write(",\"_attachments\":{"u8);
            for (var i = 0; i < document.Attachments.Count; i++)
            {
                if (i > 0)
                    output.Write(","u8);
                WriteAttachment(output, document.Attachments[i]);
                WriteStub(output, document.Attachments[i], encodingInfo: false, follows: false);
            }

            output.Write("}"u8);
        }

        output.Write("}"u8);
    }

    /// <summary>Writes an attachment's name and what is told of it in any case; something must end it.</summary>
    public static void WriteAttachment(IBufferWriter<byte> output, Attachment attachment)
    {
        CanonicalString.Write(attachment.Name, output);
        output.Write(":{\"content_type\":"u8);
        CanonicalString.Write(attachment.ContentType, output);
        output.Write(",\"revpos\":"u8);
        WriteInteger(output, attachment.RevisionPosition);
        output.Write(",\"digest\":"u8);
        CanonicalString.Write(attachment.Digest, output);
    }

    /// <summary>Ends an attachment whose bytes are not told, or follow.</summary>
    public static void WriteStub(IBufferWriter<byte> output, Attachment attachment, bool encodingInfo, bool follows)
    {
        output.Write(",\"length\":"u8);
        WriteInteger(output, attachment.Length);
        output.Write(follows ? ",\"follows\":true"u8 : ",\"stub\":true"u8);
        if (encodingInfo && attachment.Encoding is { } encoding)
        {
            output.Write(",\"encoding\":"u8);
            CanonicalString.Write(encoding, output);
            output.Write(",\"encoded_length\":"u8);
            WriteInteger(output, attachment.StoredLength);
        }

        output.Write("}"u8);
    }

    /// <summary>As <see cref="Write(IBufferWriter{byte}, StoredDocument, string?)"/>, without the brace at the end.</summary>
    public static void WriteOpen(IBufferWriter<byte> output, StoredDocument document, string? type = null)
    {
        output.Write("{\"_id\":"u8);
        CanonicalString.Write(document.Id, output);
        output.Write(",\"_rev\":"u8);
        WriteRevision(output, document.Revision);
        if (type is not null)
        {
            output.Write(",\"_type\":"u8);
            CanonicalString.Write(type, output);
        }

        if (!document.Members.IsEmpty)
        {
            output.Write(","u8);
            output.Write(document.Members.Span);
        }

        if (document.Deleted)
            output.Write(",\"_deleted\":true"u8);
        if (document.Details is { } details)
            WriteDetails(output, details);
    }

    /// <summary>Writes a <c>_local</c> document: <c>{"_id":"_local/…","_rev":"0-N",members…}</c>.</summary>
    public static void Write(IBufferWriter<byte> output, LocalDocument document)
    {
        output.Write("{\"_id\":"u8);
        CanonicalString.Write(DocumentId.LocalPrefix + document.Id, output);
        output.Write(",\"_rev\":"u8);
        CanonicalString.Write(document.Revision, output);
        if (!document.Members.IsEmpty)
        {
            output.Write(","u8);
            output.Write(document.Members.Span);
        }

        output.Write("}"u8);
    }

    /// <summary>Writes the members alone as an object, <c>{members…}</c>: what a rule that reads a document parses.</summary>
    public static void WriteMembersAsObject(IBufferWriter<byte> output, ReadOnlySpan<byte> members)
    {
        output.Write("{"u8);
        output.Write(members);
        output.Write("}"u8);
    }

    private static SpecialMembers TakeSpecialMembers(MemberTable members, ByteBuffer output, ParseOptions options)
    {
        var special = new SpecialMembers(options);
        var any = false;
        for (var i = 0; i < members.Count; i++)
        {
            var member = members.All[i];
            var key = member.Key(output.Written)[1..^1];
            if (key is not [(byte)'_', ..] || special.Read(key, member.Value(output.Written)))
                continue;
            members.Mark(i);
            any = true;
        }

        if (any)
            members.DropMarked(0, output);
        return special;
    }

    private static void WriteDetails(IBufferWriter<byte> output, DocumentDetails details)
    {
        if (details.Revisions is { Count: > 0 } path)
        {
            output.Write(",\"_revisions\":{\"start\":"u8);
            WriteInteger(output, path[0].Generation);
            output.Write(",\"ids\":"u8);
            WriteArray(output, path, static (o, r) => CanonicalString.Write(r.Hash, o));
            output.Write("}"u8);
        }

        if (details.RevisionsInfo is { } info)
        {
            output.Write(",\"_revs_info\":"u8);
            WriteArray(output, info, WriteInfo);
        }

        WriteRevisions(output, ",\"_conflicts\":"u8, details.Conflicts);
        WriteRevisions(output, ",\"_deleted_conflicts\":"u8, details.DeletedConflicts);
        if (details.LocalSequence is { } sequence)
        {
            output.Write(",\"_local_seq\":"u8);
            WriteInteger(output, sequence);
        }
    }

    /// <summary>CouchDB leaves out an empty list of conflicts.</summary>
    private static void WriteRevisions(IBufferWriter<byte> output, ReadOnlySpan<byte> key, IReadOnlyList<Revision>? revisions)
    {
        if (revisions is not { Count: > 0 })
            return;
        output.Write(key);
        WriteArray(output, revisions, WriteRevision);
    }

    private static void WriteInfo(IBufferWriter<byte> output, RevisionInfo info)
    {
        output.Write("{\"rev\":"u8);
        WriteRevision(output, info.Revision);
        output.Write(",\"status\":"u8);
        CanonicalString.Write(info.Status, output);
        output.Write("}"u8);
    }

    private static void WriteArray<T>(
        IBufferWriter<byte> output, IReadOnlyList<T> items, Action<IBufferWriter<byte>, T> write)
    {
        output.Write("["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);
            write(output, items[i]);
        }

        output.Write("]"u8);
    }

    private static void WriteRevision(IBufferWriter<byte> output, Revision revision) => revision.WriteTo(output);

    private static void WriteInteger(IBufferWriter<byte> output, long value)
    {
        value.TryFormat(output.GetSpan(20), out var length, default, CultureInfo.InvariantCulture);
        output.Advance(length);
    }

    private static DocumentStoreException NotJson() =>
        DocumentStoreException.Invalid("bad_request", "invalid UTF-8 JSON");
}
