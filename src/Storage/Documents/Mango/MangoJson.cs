using System.Text.Json;

namespace Cozy.Storage.Documents.Mango;

internal static class MangoJson
{
    /// <summary>Deep enough for all that <see cref="DocumentCodec.Canonicalize"/> accepts.</summary>
    public static readonly JsonDocumentOptions Options = new() { MaxDepth = 600 };

    /// <summary>Reads JSON, and brings it into canonical form.</summary>
    /// <exception cref="DocumentStoreException">It is not JSON.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        using var document = JsonDocument.Parse(DocumentCodec.Canonicalize(json), Options);
        return document.RootElement.Clone();
    }

    /// <summary>Reads an object, and brings it into canonical form.</summary>
    /// <exception cref="DocumentStoreException">It is not one.</exception>
    public static JsonElement ParseObject(ReadOnlySpan<byte> json)
    {
        var element = Parse(json);
        return element.ValueKind == JsonValueKind.Object
            ? element
            : throw DocumentStoreException.Invalid("bad_request", "Request body must be a JSON object");
    }
}
