using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Cozy.Storage.Documents.Json;

namespace Cozy.Storage.Documents.CouchDb;

/// <summary>Attachments in the JSON of requests and answers.</summary>
internal static class CouchAttachments
{
    /// <summary>What a document in an answer says of its attachments.</summary>
    public static IReadOnlyList<Attachment> Read(JsonElement document) =>
        document.ValueKind == JsonValueKind.Object && document.TryGetProperty("_attachments", out var attachments)
            ? [.. attachments.EnumerateObject().Select(member => ReadOne(member.Name, member.Value))]
            : [];

    /// <summary>Writes the member <c>_attachments</c> of a document that is sent, with a comma before it.</summary>
    public static void Write(ArrayBufferWriter<byte> output, IReadOnlyList<AttachmentEdit> attachments)
    {
        if (attachments.Count == 0)
            return;
        output.Write(",\"_attachments\":{"u8);
        for (var i = 0; i < attachments.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);
            CanonicalString.Write(attachments[i].Name, output);
            output.Write(":{"u8);
            WriteOne(output, attachments[i]);
            output.Write("}"u8);
        }

        output.Write("}"u8);
    }

    private static void WriteOne(ArrayBufferWriter<byte> output, AttachmentEdit attachment)
    {
        if (attachment.Data is { } data)
        {
            output.Write("\"data\":\""u8);
            Base64.EncodeToUtf8(data.Span, output.GetSpan(Base64.GetMaxEncodedToUtf8Length(data.Length)), out _, out var written);
            output.Advance(written);
            output.Write("\""u8);
        }
        else
        {
            output.Write("\"stub\":true"u8);
        }

        WriteText(output, ",\"content_type\":"u8, attachment.ContentType);
        WriteText(output, ",\"encoding\":"u8, attachment.Encoding);
        if (attachment.RevisionPosition is { } position)
        {
            output.Write(",\"revpos\":"u8);
            output.Write(System.Text.Encoding.ASCII.GetBytes(position.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static void WriteText(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> key, string? value)
    {
        if (value is null)
            return;
        output.Write(key);
        CanonicalString.Write(value, output);
    }

    private static Attachment ReadOne(string name, JsonElement json)
    {
        var length = json.TryGetProperty("length", out var bytes) ? bytes.GetInt64() : 0;
        return new Attachment
        {
            Name = name,
            ContentType = json.GetProperty("content_type").GetString()!,
            RevisionPosition = json.TryGetProperty("revpos", out var position) ? position.GetInt32() : 0,
            Digest = json.GetProperty("digest").GetString()!,
            Length = length,
            Encoding = json.TryGetProperty("encoding", out var encoding) ? encoding.GetString() : null,
            StoredLength = json.TryGetProperty("encoded_length", out var stored) ? stored.GetInt64() : length,
        };
    }
}
