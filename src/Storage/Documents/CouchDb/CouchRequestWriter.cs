using System.Buffers;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents.CouchDb;

/// <summary>Writes the bodies of requests; documents go in as the bytes they are.</summary>
internal static class CouchRequestWriter
{
    public static ReadOnlyMemory<byte> Edits(IReadOnlyList<DocumentEdit> edits)
    {
        var output = new ArrayBufferWriter<byte>(512);
        output.Write("{\"docs\":["u8);
        for (var i = 0; i < edits.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);
            WriteDocument(output, edits[i].Id, edits[i].Parent?.ToString(), null, edits[i].Deleted, edits[i].Members.Span, edits[i].Attachments);
        }

        output.Write("]}"u8);
        return output.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Replicated(IReadOnlyList<ReplicatedEdit> edits)
    {
        var output = new ArrayBufferWriter<byte>(512);
        output.Write("{\"new_edits\":false,\"docs\":["u8);
        for (var i = 0; i < edits.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);
            var edit = edits[i];
            WriteDocument(output, edit.Id, edit.Path[0].ToString(), edit.Path, edit.Deleted, edit.Members.Span, edit.Attachments);
        }

        output.Write("]}"u8);
        return output.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Local(string id, string? revision, ReadOnlySpan<byte> members)
    {
        var output = new ArrayBufferWriter<byte>(members.Length + 128);
        WriteDocument(output, DocumentId.LocalPrefix + id, revision, null, deleted: false, members, []);
        return output.WrittenMemory;
    }

    /// <summary>An object of one member, a list of strings.</summary>
    public static ReadOnlyMemory<byte> List(string member, IEnumerable<string> values)
    {
        var output = new ArrayBufferWriter<byte>(512);
        output.Write("{"u8);
        WriteMember(output, member, values);
        output.Write("}"u8);
        return output.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> Revisions(IReadOnlyDictionary<string, IReadOnlyList<Revision>> revisions)
    {
        var output = new ArrayBufferWriter<byte>(512);
        var first = true;
        output.Write("{"u8);
        foreach (var (id, wanted) in revisions)
        {
            if (!first)
                output.Write(","u8);
            first = false;
            WriteMember(output, id, wanted.Select(revision => revision.ToString()));
        }

        output.Write("}"u8);
        return output.WrittenMemory;
    }

    /// <summary>A string as JSON.</summary>
    public static string Quote(string value)
    {
        var output = new ArrayBufferWriter<byte>(value.Length + 2);
        CanonicalString.Write(value, output);
        return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void WriteDocument(
        ArrayBufferWriter<byte> output,
        string id,
        string? revision,
        IReadOnlyList<Revision>? path,
        bool deleted,
        ReadOnlySpan<byte> members,
        IReadOnlyList<AttachmentEdit> attachments)
    {
        output.Write("{\"_id\":"u8);
        CanonicalString.Write(id, output);
        if (revision is not null)
        {
            output.Write(",\"_rev\":"u8);
            CanonicalString.Write(revision, output);
        }

        if (path is not null)
        {
            output.Write(",\"_revisions\":{\"start\":"u8);
            output.Write(System.Text.Encoding.ASCII.GetBytes(path[0].Generation.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            output.Write(","u8);
            WriteMember(output, "ids", path.Select(ancestor => ancestor.Hash));
            output.Write("}"u8);
        }

        if (deleted)
            output.Write(",\"_deleted\":true"u8);
        if (!members.IsEmpty)
        {
            output.Write(","u8);
            output.Write(members);
        }

        CouchAttachments.Write(output, attachments);
        output.Write("}"u8);
    }

    private static void WriteMember(ArrayBufferWriter<byte> output, string name, IEnumerable<string> values)
    {
        CanonicalString.Write(name, output);
        output.Write(":["u8);
        var first = true;
        foreach (var value in values)
        {
            if (!first)
                output.Write(","u8);
            first = false;
            CanonicalString.Write(value, output);
        }

        output.Write("]"u8);
    }
}
