using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Data;

/// <summary>
/// Writes documents. Their members are JSON already, so they are copied and never parsed; the length is known before
/// the first byte is written.
/// </summary>
internal static class DocumentWriter
{
    private const string ContentType = "application/json";

    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Answers 200 with <c>{"_id":…,"_rev":…,"_type":…,members…}</c>.</summary>
    public static Task WriteAsync(HttpResponse response, Document document, string doctype)
    {
        var id = Encode(document.Id);
        var length = LengthOf(document, id, doctype);
        response.ContentType = ContentType;
        response.ContentLength = length;

        var span = response.BodyWriter.GetSpan(length);
        var written = Put(span, document, id, doctype);
        response.BodyWriter.Advance(written);
        return response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted).AsTask();
    }

    /// <summary>Answers a write: <c>{"ok":true,"id":…,"rev":…,"type":…,"data":{…}}</c>.</summary>
    public static Task WriteOutcomeAsync(HttpResponse response, int status, Document document, string doctype)
    {
        var id = Encode(document.Id);
        var head = Encoding.UTF8.GetByteCount(document.Revision) + doctype.Length + id.EncodedUtf8Bytes.Length
            + """{"ok":true,"id":"","rev":"","type":"","data":}""".Length;
        var length = head + LengthOf(document, id, doctype);
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = length;

        var span = response.BodyWriter.GetSpan(length);
        var at = Put(span, 0, """{"ok":true,"id":""" + "\"");
        at = Put(span, at, id.EncodedUtf8Bytes);
        at = Put(span, at, "\",\"rev\":\"");
        at = Put(span, at, document.Revision);
        at = Put(span, at, "\",\"type\":\"");
        at = Put(span, at, doctype);
        at = Put(span, at, "\",\"data\":");
        at += Put(span[at..], document, id, doctype);
        at = Put(span, at, "}");
        response.BodyWriter.Advance(at);
        return response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted).AsTask();
    }

    private static JsonEncodedText Encode(string text) => JsonEncodedText.Encode(text, Encoder);

    // Revisions and doctypes are plain ASCII: nothing of them needs escaping.
    private static int LengthOf(Document document, JsonEncodedText id, string doctype) =>
        """{"_id":"","_rev":"","_type":""}""".Length + id.EncodedUtf8Bytes.Length
        + Encoding.UTF8.GetByteCount(document.Revision) + doctype.Length
        + (document.Members.IsEmpty ? 0 : 1 + document.Members.Length);

    private static int Put(Span<byte> span, Document document, JsonEncodedText id, string doctype)
    {
        var at = Put(span, 0, "{\"_id\":\"");
        at = Put(span, at, id.EncodedUtf8Bytes);
        at = Put(span, at, "\",\"_rev\":\"");
        at = Put(span, at, document.Revision);
        at = Put(span, at, "\",\"_type\":\"");
        at = Put(span, at, doctype);
        at = Put(span, at, "\"");
        if (!document.Members.IsEmpty)
        {
            at = Put(span, at, ",");
            at = Put(span, at, document.Members.Span);
        }

        return Put(span, at, "}");
    }

    private static int Put(Span<byte> span, int at, string text) => at + Encoding.UTF8.GetBytes(text, span[at..]);

    private static int Put(Span<byte> span, int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(span[at..]);
        return at + bytes.Length;
    }
}
