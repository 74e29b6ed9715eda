using System.Buffers.Text;
using System.Text.Json;

namespace Cozy.Storage.Documents.Attachments;

/// <summary>Reads the <c>_attachments</c> of a document a client sent.</summary>
internal static class AttachmentReader
{
    /// <summary>Reads the member's value, in canonical form.</summary>
    /// <exception cref="DocumentStoreException">It is not an object of attachments.</exception>
    public static List<AttachmentEdit> Read(ReadOnlySpan<byte> value, int maxDepth)
    {
        var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = maxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw DocumentStoreException.Invalid("doc_validation", "Bad special document member: _attachments");
        var attachments = new List<AttachmentEdit>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (name is ['_', ..])
                throw Prohibited(name);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
                attachments.Add(ReadOne(ref reader, name));
            else
                reader.Skip();
        }

        return attachments;
    }

    public static DocumentStoreException Prohibited(string name) => DocumentStoreException.Invalid(
        "bad_request", $"Attachment name '{name}' starts with prohibited character '_'");

    private static AttachmentEdit ReadOne(ref Utf8JsonReader reader, string name)
    {
        var attachment = new AttachmentEdit(name);
        var isStub = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString();
            reader.Read();
            switch (key)
            {
                case "stub":
                    isStub = reader.TokenType == JsonTokenType.True;
                    break;
                case "follows":
                    attachment = attachment with { Follows = reader.TokenType == JsonTokenType.True };
                    break;
                case "data":
                    attachment = attachment with { Data = ReadData(ref reader, name) };
                    break;
                case "content_type" when reader.TokenType == JsonTokenType.String:
                    attachment = attachment with { ContentType = CheckType(reader.GetString()!, name) };
                    break;
                case "digest" when reader.TokenType == JsonTokenType.String:
                    attachment = attachment with { Digest = reader.GetString() };
                    break;
                case "encoding" when reader.TokenType == JsonTokenType.String:
                    attachment = attachment with { Encoding = reader.ValueTextEquals("gzip"u8) ? AttachmentEncoder.Gzip : null };
                    break;
                case "revpos" when reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var position):
                    attachment = attachment with { RevisionPosition = position };
                    break;
                case "length" when reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var length):
                    attachment = attachment with { Length = length };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return isStub ? attachment with { Data = null, Follows = false }
            : attachment.Follows ? attachment
            : attachment.Data is null ? throw Invalid(name)
            : attachment with { Encoding = null, Length = null };
    }

    /// <summary>A type goes into headers: what cannot stand in one is refused.</summary>
    private static string CheckType(string type, string name) =>
        type.AsSpan().ContainsAnyExceptInRange(' ', '~') ? throw Invalid(name) : type;

    private static byte[] ReadData(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped)
            throw Invalid(name);
        var text = reader.ValueSpan;
        if (!Base64.IsValid(text, out var length))
            throw Invalid(name);
        var data = new byte[length];
        Base64.DecodeFromUtf8(text, data, out _, out _);
        return data;
    }

    private static DocumentStoreException Invalid(string name) =>
        DocumentStoreException.Invalid("bad_request", $"Invalid attachment data for {name}");
}
