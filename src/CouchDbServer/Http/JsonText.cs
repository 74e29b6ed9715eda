using System.Buffers;
using System.Text;
using System.Text.Json;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Http;

/// <summary>Reads the JSON of requests that is not a document.</summary>
internal static class JsonText
{
    /// <summary>Deep enough for every selector, and far from what the stack bears.</summary>
    private const int MaxDepth = 512;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth + 1 };

    /// <summary>Reads one value.</summary>
    /// <exception cref="DocumentStoreException">It is not JSON.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(DocumentCodec.Canonicalize(utf8.Span, MaxDepth), Options);
        return document.RootElement.Clone();
    }

    /// <summary>Reads one object.</summary>
    public static JsonElement ParseObject(ReadOnlyMemory<byte> utf8)
    {
        var element = Parse(utf8);
        return element.ValueKind == JsonValueKind.Object
            ? element
            : throw CouchException.BadRequest("Request body must be a JSON object");
    }

    /// <summary>The last member of a name; null when there is none.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The text of a string; the parser has refused what is not one.</summary>
    public static string Text(this JsonElement element) => element.GetString()!;

    /// <summary>The texts of an array of strings; null when it is something else.</summary>
    public static List<string>? Texts(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array
        && element.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. element.EnumerateArray().Select(item => item.Text())]
            : null;

    /// <summary>A string as JSON, with its quotes.</summary>
    public static string Quote(string text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 2);
        new JsonOutput(output).String(text);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
