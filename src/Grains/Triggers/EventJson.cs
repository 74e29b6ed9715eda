using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Realtime;

namespace Cozy.Grains.Triggers;

/// <summary>What set a job off, as the job has it.</summary>
internal static class EventJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The event: <c>{domain,verb,doc,old}</c>. What would be too long is left out, first what the document was.</summary>
    public static ReadOnlyMemory<byte> Event(string domain, DocumentEvent happened, int maxBytes)
    {
        var (hasDocument, hasOld) = (happened.Members.Length < maxBytes, happened.Members.Length + (happened.Old?.Members.Length ?? 0) < maxBytes);
        var buffer = new ArrayBufferWriter<byte>(happened.Members.Length + 512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("domain", domain);
            json.WriteString("verb", happened.Verb.ToString().ToUpperInvariant());
            json.WritePropertyName("doc");
            Write(json, happened, happened.Id, happened.Revision, hasDocument ? Shown(happened) : default);
            if (happened.Old is { } old && hasOld)
            {
                json.WritePropertyName("old");
                Write(json, happened, old.Id, old.Revision, old.Members);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>What was posted: of several calls all, <c>{"payloads":[…]}</c>; empty for nothing.</summary>
    public static ReadOnlyMemory<byte> Payload(Gathered gathered)
    {
        if (gathered.Payloads.Count == 0)
            return default;
        if (gathered.Count == 1)
            return gathered.Payloads[0];
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("payloads");
            foreach (var payload in gathered.Payloads)
                json.WriteRawValue(payload.Span);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Shown(DocumentEvent happened) =>
        happened.Verb == EventVerb.Deleted && happened.Old is { } old ? old.Members : happened.Members;

    private static void Write(Utf8JsonWriter json, DocumentEvent happened, string id, string? revision, ReadOnlyMemory<byte> members)
    {
        var head = new ArrayBufferWriter<byte>();
        using (var start = new Utf8JsonWriter(head, Options))
        {
            start.WriteStartObject();
            start.WriteString("_id", id);
            start.WriteString("_rev", revision);
            start.WriteString("_type", happened.Doctype);
            if (happened.Verb == EventVerb.Deleted && happened.Revision == revision)
                start.WriteBoolean("_deleted", true);
            start.WriteEndObject();
        }

        var whole = new ArrayBufferWriter<byte>(members.Length + head.WrittenCount + 1);
        whole.Write(head.WrittenSpan[..^1]);
        if (!members.IsEmpty)
            whole.Write(","u8);
        whole.Write(members.Span);
        whole.Write("}"u8);
        json.WriteRawValue(whole.WrittenSpan, skipInputValidation: true);
    }
}
