using System.Globalization;
using System.Text;
using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Web.Errors;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Files;

/// <summary>Reads the JSON:API bodies of file requests.</summary>
internal static class FileBody
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1024 };

    /// <summary>The whole body: an object with <c>data</c>.</summary>
    /// <exception cref="ApiException">400: it is not.</exception>
    public static async Task<JsonElement> ReadDataAsync(HttpContext context, WebOptions options)
    {
        var root = await ReadAsync(context, options);
        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("data", out var data) ? data : throw Malformed();
    }

    /// <summary>The attributes of the one resource in the body.</summary>
    /// <exception cref="ApiException">400: it is not one.</exception>
    public static async Task<JsonElement> ReadAttributesAsync(HttpContext context, WebOptions options)
    {
        var data = await ReadDataAsync(context, options);
        return Attributes(data) ?? throw Malformed();
    }

    /// <summary>The body, whatever JSON it is.</summary>
    /// <exception cref="ApiException">400: it is none.</exception>
    public static async Task<JsonElement> ReadAsync(HttpContext context, WebOptions options)
    {
        try
        {
            using var json = JsonDocument.Parse(await JsonBody.ReadAsync(context, options), Options);
            return json.RootElement.Clone();
        }
        catch (ApiException failure) when (failure.Error.Status == 400)
        {
            throw Malformed();
        }
    }

    /// <summary>The attributes of a resource; null when it has none.</summary>
    /// <exception cref="ApiException">400: the resource or its attributes are no objects.</exception>
    public static JsonElement? Attributes(JsonElement resource)
    {
        if (resource.ValueKind != JsonValueKind.Object)
            throw Malformed();
        if (!resource.TryGetProperty("attributes", out var attributes) || attributes.ValueKind == JsonValueKind.Null)
            return null;
        return attributes.ValueKind == JsonValueKind.Object ? attributes : throw Malformed();
    }

    /// <summary>A text; null when it is missing or null.</summary>
    /// <exception cref="ApiException">400: it is something else.</exception>
    public static string? Text(JsonElement json, string name)
    {
        if (Find(json, name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.String ? Text(value) : throw Malformed();
    }

    /// <summary>A boolean; null when it is missing or null.</summary>
    /// <exception cref="ApiException">400: it is something else.</exception>
    public static bool? Flag(JsonElement json, string name)
    {
        if (Find(json, name) is not { } value)
            return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Malformed();
    }

    /// <summary>A list of texts; null when it is missing or null.</summary>
    /// <exception cref="ApiException">400: it is something else.</exception>
    public static IReadOnlyList<string>? Texts(JsonElement json, string name)
    {
        if (Find(json, name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? Text(item) : throw Malformed())]
            : throw Malformed();
    }

    /// <summary>A time of RFC 3339; null when it is missing or null.</summary>
    /// <exception cref="ApiException">400: it is something else.</exception>
    public static DateTimeOffset? Time(JsonElement json, string name)
    {
        if (Text(json, name) is not { } text)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Malformed();
    }

    /// <summary>An object; null when it is missing or null.</summary>
    /// <exception cref="ApiException">400: it is something else.</exception>
    public static JsonElement? Object(JsonElement json, string name)
    {
        if (Find(json, name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Object ? value : throw Malformed();
    }

    /// <summary>The references in <c>data</c>: a list, or one alone.</summary>
    /// <exception cref="ApiException">400: it is something else.</exception>
    public static IReadOnlyList<FileReference> References(JsonElement data) => data.ValueKind switch
    {
        JsonValueKind.Array => [.. data.EnumerateArray().Select(Reference)],
        JsonValueKind.Object => [Reference(data)],
        _ => throw Malformed(),
    };

    /// <summary>The bytes of a value.</summary>
    public static byte[] Bytes(JsonElement value) => Encoding.UTF8.GetBytes(value.GetRawText());

    /// <summary>400.</summary>
    public static ApiException Malformed() =>
        ApiException.BadRequest("JSON input is malformed or is missing mandatory fields");

    private static FileReference Reference(JsonElement item) => item.ValueKind == JsonValueKind.Object
        ? new FileReference(Text(item, "type") ?? throw Malformed(), Text(item, "id") ?? throw Malformed())
        : throw Malformed();

    private static JsonElement? Find(JsonElement json, string name) =>
        (json.ValueKind == JsonValueKind.Object ? json : throw Malformed()).TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    // Half of a surrogate pair is JSON but no text.
    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Malformed();
        }
    }
}
