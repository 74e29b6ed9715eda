using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cozy.Grains.Realtime;
using Cozy.Web.Json;

namespace Cozy.Web.Realtime;

/// <summary>
/// Writes an event as the message that clients get. Members of documents are JSON already and are copied.
/// </summary>
internal static class EventFrame
{
    private const int OverheadBytes = 256;

    /// <summary>Fields that are for the server alone, although clients may hear of the documents.</summary>
    private static readonly FrozenDictionary<string, string[]> Secrets = new Dictionary<string, string[]>
    {
        ["io.cozy.oauth.clients"] = ["client_secret", "registration_access_token"],
        ["io.cozy.permissions"] = ["password"],
    }.ToFrozenDictionary();

    /// <summary><c>{"event":…,"payload":{"type":…,"id":…,"doc":{…},"old":{…}}}</c>.</summary>
    public static byte[] Of(DocumentEvent told)
    {
        var buffer = new ArrayBufferWriter<byte>(told.Size + OverheadBytes);
        Put(buffer, "{\"event\":\"");
        Put(buffer, Name(told.Verb));
        Put(buffer, "\",\"payload\":{\"type\":\"");
        Put(buffer, Escape(told.Doctype));
        Put(buffer, "\",\"id\":\"");
        Put(buffer, Escape(told.Id));
        Put(buffer, "\",\"doc\":");

        // Of a deleted document clients want to know what it was.
        var members = told.Verb == EventVerb.Deleted && told.Old is { } gone ? gone.Members : told.Members;
        Put(buffer, told.Doctype, told.Id, told.Revision, members);
        if (told.Old is { } old)
        {
            Put(buffer, ",\"old\":");
            Put(buffer, told.Doctype, old.Id, old.Revision, old.Members);
        }

        Put(buffer, "}}");
        return buffer.WrittenSpan.ToArray();
    }

    private static string Name(EventVerb verb) => verb switch
    {
        EventVerb.Created => "CREATED",
        EventVerb.Updated => "UPDATED",
        EventVerb.Deleted => "DELETED",
        _ => "NOTIFIED",
    };

    private static void Put(
        ArrayBufferWriter<byte> buffer, string doctype, string id, string? revision, ReadOnlyMemory<byte> members)
    {
        Put(buffer, "{\"_id\":\"");
        Put(buffer, Escape(id));
        Put(buffer, "\"");
        if (revision is not null)
        {
            Put(buffer, ",\"_rev\":\"");
            Put(buffer, revision);
            Put(buffer, "\"");
        }

        if (Secrets.TryGetValue(doctype, out var secrets))
            PutWithout(buffer, members, secrets);
        else if (!members.IsEmpty)
            PutMembers(buffer, members.Span);
        Put(buffer, "}");
    }

    private static void PutWithout(ArrayBufferWriter<byte> buffer, ReadOnlyMemory<byte> members, string[] secrets) =>
        JsonMembers.Visit(members, (buffer, secrets), static (state, name, value) =>
        {
            if (Array.IndexOf(state.secrets, name) >= 0)
                return;
            Put(state.buffer, ",\"");
            Put(state.buffer, Escape(name));
            Put(state.buffer, "\":");
            state.buffer.Write(value);
        });

    private static void PutMembers(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> members)
    {
        Put(buffer, ",");
        buffer.Write(members);
    }

    private static ReadOnlySpan<byte> Escape(string text) =>
        JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;

    private static void Put(ArrayBufferWriter<byte> buffer, string text) => Encoding.UTF8.GetBytes(text, buffer);

    private static void Put(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> bytes) => buffer.Write(bytes);
}
