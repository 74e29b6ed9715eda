using System.Text;
using System.Text.Json;
using Cozy.Storage.Documents.Attachments;

namespace Cozy.Storage.Documents.Json;

/// <summary>
/// What the members mean whose keys begin with an underscore: some are the database's own, some are answers of an
/// earlier read and ignored, few are kept, any other is refused.
/// </summary>
internal sealed class SpecialMembers(ParseOptions options)
{
    public string? Id { get; private set; }

    public string? Revision { get; private set; }

    public bool Deleted { get; private set; }

    public IReadOnlyList<Revision>? Revisions { get; private set; }

    public IReadOnlyList<AttachmentEdit> Attachments { get; private set; } = [];

    /// <summary>Understands one member; true when it also stays a member of the document.</summary>
    /// <exception cref="DocumentStoreException">The member is unknown or malformed.</exception>
    public bool Read(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        switch (Encoding.UTF8.GetString(key))
        {
            case "_id":
                Id = CanonicalString.Read(value)
                    ?? throw DocumentStoreException.Invalid("illegal_docid", "Document id must be a string");
                return false;
            case "_rev":
                Revision = CanonicalString.Read(value);
                if (!Documents.Revision.TryParse(Revision, out _))
                    throw DocumentStoreException.Invalid("bad_request", "Invalid rev format");
                return false;
            case "_deleted":
                Deleted = value.SequenceEqual("true"u8) || (value.SequenceEqual("false"u8) ? false : throw Bad("_deleted"));
                return false;
            case "_revisions":
                Revisions = ReadPath(value);
                return false;
            case "_attachments":
                ReadAttachments(value);
                return false;
            case "_revs_info" or "_conflicts" or "_deleted_conflicts" or "_local_seq":
                return false;
            case "_type" when options.IgnoreType:
                return false;
            case "_replication_id" or "_replication_state" or "_replication_state_time" or "_replication_state_reason"
                or "_replication_stats" or "_access":
                return true;
            case var name:
                throw Bad(name);
        }
    }

    /// <summary>Reads a value that was found to be JSON; its nesting is bounded already.</summary>
    private JsonElement Parse(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = options.MaxDepth });
        return JsonElement.ParseValue(ref reader);
    }

    private static DocumentStoreException Bad(string member) =>
        DocumentStoreException.Invalid("doc_validation", $"Bad special document member: {member}");

    private List<Revision> ReadPath(ReadOnlySpan<byte> value)
    {
        var root = Parse(value);
        if (root.ValueKind != JsonValueKind.Object)
            throw Bad("_revisions");
        if (!root.TryGetProperty("start", out var start) || start.ValueKind != JsonValueKind.Number
            || !start.TryGetInt32(out var generation) || start.GetRawText().Contains('.', StringComparison.Ordinal))
        {
            throw DocumentStoreException.Invalid("doc_validation", "_revisions.start isn't an integer.");
        }

        if (!root.TryGetProperty("ids", out var ids) || ids.ValueKind != JsonValueKind.Array)
            throw DocumentStoreException.Invalid("doc_validation", "_revisions.ids isn't a array.");
        var path = new List<Revision>(ids.GetArrayLength());
        foreach (var id in ids.EnumerateArray())
        {
            if (id.ValueKind != JsonValueKind.String)
                throw DocumentStoreException.Invalid("doc_validation", "RevId isn't a string");
            if (!Documents.Revision.TryNormalizeHash(id.GetString()!, out var hash))
                throw DocumentStoreException.Invalid("bad_request", "Invalid rev format");
            path.Add(new Revision(generation--, hash));
        }

        return path;
    }

    /// <summary>Where they are not asked for, attachments are refused rather than lost.</summary>
    private void ReadAttachments(ReadOnlySpan<byte> value)
    {
        var attachments = AttachmentReader.Read(value, options.MaxDepth);
        if (options.Attachments)
            Attachments = attachments;
        else if (attachments.Count > 0)
            throw DocumentStoreException.Invalid("bad_request", "Attachments are not supported here.");
    }
}
