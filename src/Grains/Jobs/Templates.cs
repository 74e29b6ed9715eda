using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cozy.Grains.Jobs;

/// <summary>What a template may use.</summary>
/// <param name="Event">The event; empty for none.</param>
/// <param name="Payload">What was posted to the webhook; empty for nothing.</param>
/// <param name="Result">What came out of the job before; empty for nothing.</param>
internal sealed record TemplateValues(ReadOnlyMemory<byte> Event, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Result);

/// <summary>
/// Fills <c>{{path}}</c> in the texts of a JSON value, such as <c>{{event.doc.name}}</c>, <c>{{payload.items.0.title}}</c>
/// and <c>{{result}}</c>. A text that is nothing but one such path becomes the value itself, whatever it is; within a longer
/// text it becomes its text. What is not there is null, or nothing. Values are never read as templates themselves.
/// </summary>
internal static class Templates
{
    private const int MostBytes = 4 << 20;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The value with its templates filled.</summary>
    /// <exception cref="Errors.CozyException">TooLarge.</exception>
    public static ReadOnlyMemory<byte> Fill(ReadOnlyMemory<byte> template, TemplateValues values)
    {
        using var json = JsonDocument.Parse(template);
        var known = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["event"] = Parse(values.Event),
            ["payload"] = Parse(values.Payload),
            ["result"] = Parse(values.Result),
        };
        var buffer = new ArrayBufferWriter<byte>(template.Length + 256);
        using (var writer = new Utf8JsonWriter(buffer, Options))
            Write(writer, json.RootElement, known);
        return buffer.WrittenMemory;
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> json) => json.IsEmpty ? default : JsonElement.Parse(json.Span);

    private static void Write(Utf8JsonWriter writer, JsonElement element, Dictionary<string, JsonElement> known)
    {
        if (writer.BytesCommitted + writer.BytesPending > MostBytes)
            throw new Errors.CozyException(Errors.ErrorKind.TooLarge, "too_large", "The filled template is too large.");
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, known);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Write(writer, item, known);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                WriteText(writer, element.GetString()!, known);
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string text, Dictionary<string, JsonElement> known)
    {
        var parts = Split(text);
        if (parts is [{ IsPath: true } only])
        {
            var value = Find(only.Text, known);
            if (value.ValueKind == JsonValueKind.Undefined)
                writer.WriteNullValue();
            else
                value.WriteTo(writer);
            return;
        }

        var filled = new StringBuilder();
        foreach (var part in parts)
            filled.Append(part.IsPath ? TextOf(Find(part.Text, known)) : part.Text);
        writer.WriteStringValue(filled.ToString());
    }

    private static List<(bool IsPath, string Text)> Split(string text)
    {
        var parts = new List<(bool IsPath, string Text)>();
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var start
            && text.IndexOf("}}", start, StringComparison.Ordinal) is >= 0 and var end)
        {
            if (start > at)
                parts.Add((false, text[at..start]));
            parts.Add((true, text[(start + 2)..end].Trim()));
            at = end + 2;
        }

        if (at < text.Length || parts.Count == 0)
            parts.Add((false, text[at..]));
        return parts;
    }

    private static JsonElement Find(string path, Dictionary<string, JsonElement> known)
    {
        var steps = path.Split('.');
        var found = known.GetValueOrDefault(steps[0]);
        foreach (var step in steps.Skip(1))
        {
            if (found.ValueKind == JsonValueKind.Object)
                found = found.TryGetProperty(step, out var member) ? member : default;
            else if (found.ValueKind == JsonValueKind.Array && int.TryParse(step, out var index) && index >= 0 && index < found.GetArrayLength())
                found = found[index];
            else
                return default;
        }

        return found;
    }

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };
}
