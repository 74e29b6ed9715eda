using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Cozy.Storage.Documents.CouchDb;

/// <summary>Reads documents and rows out of answers.</summary>
internal static class CouchAnswerReader
{
    /// <summary>Reads a document; its members are copied out of the answer.</summary>
    /// <param name="json">The document.</param>
    /// <param name="options">What was asked for besides the document; null for nothing.</param>
    public static StoredDocument Document(JsonElement json, ReadOptions? options = null)
    {
        var parsed = DocumentCodec.Parse(WithoutAttachments(json));
        var attachments = CouchAttachments.Read(json);
        return new StoredDocument(parsed.Id!, Revision.Parse(parsed.Revision!), parsed.Deleted, parsed.Members)
        {
            Attachments = attachments,
            Details = options is null ? null : Details(json, parsed, options),
        };
    }

    public static LocalDocument Local(JsonElement json, string id)
    {
        // A local document's revision does not name a place in a tree, but it is written like one.
        var parsed = DocumentCodec.Parse(JsonMarshal.GetRawUtf8Value(json));
        return new LocalDocument(id, parsed.Revision!, parsed.Members);
    }

    /// <summary>The rows of a listing of local documents.</summary>
    public static IReadOnlyList<LocalDocument> Locals(JsonElement json) =>
        [.. json.GetProperty("rows").EnumerateArray()
            .Where(row => row.TryGetProperty("doc", out var document) && document.ValueKind == JsonValueKind.Object)
            .Select(row => Local(row.GetProperty("doc"), row.GetProperty("id").GetString()![DocumentId.LocalPrefix.Length..]))];

    public static EditResult Edit(JsonElement json, string id)
    {
        if (json.TryGetProperty("rev", out var revision) && !json.TryGetProperty("error", out _))
            return new EditResult(id, Revision.Parse(revision.GetString()!), null);

        var error = json.GetProperty("error").GetString()!;
        return error == "conflict"
            ? EditResult.Conflict(id)
            : new EditResult(id, null, CouchErrors.FromRow(error, Text(json, "reason") ?? ""));
    }

    public static DocumentPage Page(JsonElement json, bool withDocuments) => new(
        json.GetProperty("total_rows").GetInt64(),
        json.TryGetProperty("offset", out var offset) && offset.ValueKind == JsonValueKind.Number ? offset.GetInt64() : null,
        [.. json.GetProperty("rows").EnumerateArray().Select(row => Row(row, withDocuments))]);

    public static ChangesPage Changes(JsonElement json) => new(
        [.. json.GetProperty("results").EnumerateArray().Select(Change)],
        Sequence(json.GetProperty("last_seq")),
        json.TryGetProperty("pending", out var pending) && pending.ValueKind == JsonValueKind.Number ? pending.GetInt64() : 0);

    public static DatabaseInfo Info(JsonElement json) => new(
        json.GetProperty("doc_count").GetInt64(),
        json.GetProperty("doc_del_count").GetInt64(),
        Sequence(json.GetProperty("update_seq")),
        json.TryGetProperty("sizes", out var sizes) && sizes.TryGetProperty("active", out var active) ? active.GetInt64() : 0)
    {
        PurgeSequence = json.TryGetProperty("purge_seq", out var purges) ? Sequence(purges) : "0",
        Created = json.TryGetProperty("instance_start_time", out var start) && long.TryParse(
            start.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.UnixEpoch,
    };

    public static LeafRead Leaf(JsonElement json, ReadOptions options) =>
        json.TryGetProperty("ok", out var ok) && Document(ok, options) is var document
            ? new LeafRead(document.Revision, document)
            : new LeafRead(Revision.Parse(json.GetProperty("missing").GetString()!), null);

    public static List<Revision> Revisions(JsonElement json, string member) =>
        json.TryGetProperty(member, out var list)
            ? [.. list.EnumerateArray().Select(item => Revision.Parse(item.GetString()!))]
            : [];

    private static DocumentRow Row(JsonElement json, bool withDocuments)
    {
        if (!json.TryGetProperty("id", out var id))
            return new DocumentRow(json.GetProperty("key").GetString()!, null, false, null);

        var value = json.GetProperty("value");
        var document = withDocuments && json.TryGetProperty("doc", out var doc) && doc.ValueKind == JsonValueKind.Object
            ? Document(doc)
            : null;
        return new DocumentRow(
            id.GetString()!,
            Revision.Parse(value.GetProperty("rev").GetString()!),
            value.TryGetProperty("deleted", out var deleted) && deleted.ValueKind == JsonValueKind.True,
            document);
    }

    private static DocumentChange Change(JsonElement json) => new(
        Sequence(json.GetProperty("seq")),
        json.GetProperty("id").GetString()!,
        [.. json.GetProperty("changes").EnumerateArray().Select(change => Revision.Parse(change.GetProperty("rev").GetString()!))],
        json.TryGetProperty("deleted", out var deleted) && deleted.ValueKind == JsonValueKind.True,
        json.TryGetProperty("doc", out var document) && document.ValueKind == JsonValueKind.Object
            ? Document(document)
            : null);

    private static DocumentDetails? Details(JsonElement json, ParsedDocument parsed, ReadOptions options) =>
        !AsksForDetails(options)
            ? null
            : new DocumentDetails
            {
                Revisions = options.WithRevisions ? parsed.Revisions : null,
                RevisionsInfo = !options.WithRevisionsInfo ? null
                    : json.TryGetProperty("_revs_info", out var info)
                        ? [.. info.EnumerateArray().Select(item => new RevisionInfo(
                            Revision.Parse(item.GetProperty("rev").GetString()!), item.GetProperty("status").GetString()!))]
                        : [],
                Conflicts = options.WithConflicts ? Revisions(json, "_conflicts") : null,
                DeletedConflicts = options.WithDeletedConflicts ? Revisions(json, "_deleted_conflicts") : null,
                LocalSequence = options.WithLocalSequence && json.TryGetProperty("_local_seq", out var sequence)
                    ? SequenceNumber(sequence)
                    : null,
            };

    public static bool AsksForDetails(ReadOptions options) =>
        options.WithRevisions || options.WithRevisionsInfo || options.WithConflicts || options.WithDeletedConflicts
        || options.WithLocalSequence;

    /// <summary>The number of a sequence, which is written <c>number-opaque</c> or as the number alone.</summary>
    public static long? SequenceNumber(JsonElement json) =>
        long.TryParse(Sequence(json).Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>A sequence is opaque; single servers of old wrote it as a number.</summary>
    private static string Sequence(JsonElement json) =>
        json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>What is said of attachments is read for itself; it is no member of the document.</summary>
    private static ReadOnlySpan<byte> WithoutAttachments(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("_attachments", out _))
            return JsonMarshal.GetRawUtf8Value(json);

        var output = new ArrayBufferWriter<byte>();
        output.Write("{"u8);
        foreach (var member in json.EnumerateObject().Where(member => !member.NameEquals("_attachments"u8)))
        {
            if (output.WrittenCount > 1)
                output.Write(","u8);
            output.Write("\""u8);
            output.Write(JsonMarshal.GetRawUtf8PropertyName(member));
            output.Write("\":"u8);
            output.Write(JsonMarshal.GetRawUtf8Value(member.Value));
        }

        output.Write("}"u8);
        return output.WrittenSpan;
    }
}
