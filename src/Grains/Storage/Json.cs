using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Storage;

/// <summary>Builds and reads the members of the server's own documents.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The canonical members of the object that <paramref name="write"/> writes into.</summary>
    public static ReadOnlyMemory<byte> Members(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return DocumentCodec.Parse(buffer.WrittenSpan).Members;
    }

    /// <summary>The members as a document to look into.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> members)
    {
        var json = new byte[members.Length + 2];
        json[0] = (byte)'{';
        members.Span.CopyTo(json.AsSpan(1));
        json[^1] = (byte)'}';
        return JsonDocument.Parse(json);
    }

    /// <summary>A text member; null when it is missing or not a text.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A boolean member; false when it is missing.</summary>
    public static bool Flag(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>An integer member; 0 when it is missing.</summary>
    public static int Integer(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.TryGetInt32(out var number) ? number : 0;

    /// <summary>A time of RFC 3339; null when it is missing or not one.</summary>
    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        DateTimeOffset.TryParse(element.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    /// <summary>A member of bytes in base64; empty when it is missing.</summary>
    public static ReadOnlyMemory<byte> Bytes(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : ReadOnlyMemory<byte>.Empty;

    /// <summary>A member that is a list of texts; empty when it is missing.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];

    /// <summary>Writes a text unless it is null or empty.</summary>
    public static void WriteOptional(this Utf8JsonWriter writer, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            writer.WriteString(name, value);
    }

    /// <summary>Writes a time as Go does: RFC 3339 in the zone it was given in, no trailing zeros.</summary>
    public static void WriteTime(this Utf8JsonWriter writer, string name, DateTimeOffset time) =>
        writer.WriteString(name, TimeText(time));

    /// <summary>A time as Go writes it: RFC 3339 in the zone it was given in, no trailing zeros.</summary>
    public static string TimeText(DateTimeOffset time) => time.ToString(
        time.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
        CultureInfo.InvariantCulture);
}
