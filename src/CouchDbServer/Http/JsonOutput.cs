using System.Buffers;
using System.Globalization;
using System.Text;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Http;

/// <summary>
/// Writes answers. Documents are bytes that are copied as they are, and the frame around them is short and fixed, so
/// the frame is written as text instead of through a writer that checks its structure.
/// </summary>
internal sealed class JsonOutput(IBufferWriter<byte> output)
{
    private static readonly SearchValues<char> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    public JsonOutput Raw(ReadOnlySpan<byte> utf8)
    {
        output.Write(utf8);
        return this;
    }

    /// <summary>Writes what writes itself.</summary>
    public JsonOutput Value(Action<IBufferWriter<byte>> write)
    {
        write(output);
        return this;
    }

    public JsonOutput Number(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        return Raw(digits[..length]);
    }

    public JsonOutput Boolean(bool value) => Raw(value ? "true"u8 : "false"u8);

    public JsonOutput String(Revision revision)
    {
        revision.WriteTo(output);
        return this;
    }

    /// <summary>Writes a string with its quotes; only what JSON demands is escaped.</summary>
    public JsonOutput String(string? value)
    {
        if (value is null)
            return Raw("null"u8);

        Raw("\""u8);
        var rest = value.AsSpan();
        while (rest.Length > 0)
        {
            var plain = rest.IndexOfAny(Special);
            if (plain < 0)
                plain = rest.Length;
            Encoding.UTF8.GetBytes(rest[..plain], output);
            rest = rest[plain..];
            if (rest.Length > 0)
            {
                Escape(rest[0]);
                rest = rest[1..];
            }
        }

        return Raw("\""u8);
    }

    /// <summary>Writes an array of strings.</summary>
    public JsonOutput Strings(IEnumerable<string> values) => Array(values, static (json, value) => json.String(value));

    /// <summary>Writes an array.</summary>
    public JsonOutput Array<T>(IEnumerable<T> values, Action<JsonOutput, T> write)
    {
        Raw("["u8);
        var first = true;
        foreach (var value in values)
        {
            if (!first)
                Raw(","u8);
            first = false;
            write(this, value);
        }

        return Raw("]"u8);
    }

    /// <summary>Writes a document, or null.</summary>
    public JsonOutput Document(StoredDocument? document)
    {
        if (document is null)
            return Raw("null"u8);

        DocumentCodec.WriteWithAttachments(output, document);
        return this;
    }

    /// <summary>Writes a document without its attachments and without the brace at its end.</summary>
    public JsonOutput OpenDocument(StoredDocument document)
    {
        DocumentCodec.WriteOpen(output, document);
        return this;
    }

    /// <summary>Writes the name of an attachment and what is told of it in any case.</summary>
    public JsonOutput BeginAttachment(Attachment attachment)
    {
        DocumentCodec.WriteAttachment(output, attachment);
        return this;
    }

    /// <summary>Ends an attachment whose bytes are not told, or follow.</summary>
    public JsonOutput AttachmentStub(Attachment attachment, bool encodingInfo, bool follows = false)
    {
        DocumentCodec.WriteStub(output, attachment, encodingInfo, follows);
        return this;
    }

    /// <summary>Writes bytes as base64, without quotes.</summary>
    public JsonOutput Base64(ReadOnlySpan<byte> bytes)
    {
        System.Buffers.Text.Base64.EncodeToUtf8(
            bytes, output.GetSpan(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        output.Advance(written);
        return this;
    }

    /// <summary>Writes a local document, on demand with the history of its counter.</summary>
    public JsonOutput Document(LocalDocument document, bool withRevisions = false)
    {
        if (!withRevisions)
        {
            DocumentCodec.Write(output, document);
            return this;
        }

        Raw("{\"_id\":"u8).String(DocumentId.LocalPrefix + document.Id).Raw(",\"_rev\":"u8).String(document.Revision);
        if (!document.Members.IsEmpty)
            Raw(","u8).Raw(document.Members.Span);
        return Raw(",\"_revisions\":{\"start\":0,\"ids\":["u8).String(document.Revision[2..]).Raw("]}}"u8);
    }

    /// <summary>Writes <c>{"error":…,"reason":…}</c>.</summary>
    public JsonOutput Error(string error, string reason) =>
        Raw("{\"error\":"u8).String(error).Raw(",\"reason\":"u8).String(reason).Raw("}"u8);

    private void Escape(char character)
    {
        ReadOnlySpan<byte> escaped = character switch
        {
            '"' => "\\\""u8,
            '\\' => "\\\\"u8,
            '\b' => "\\b"u8,
            '\t' => "\\t"u8,
            '\n' => "\\n"u8,
            '\f' => "\\f"u8,
            '\r' => "\\r"u8,
            _ => default,
        };
        if (escaped.IsEmpty)
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"), output);
        else
            output.Write(escaped);
    }
}
