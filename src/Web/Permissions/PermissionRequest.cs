using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Permissions;
using Cozy.Web.Errors;

namespace Cozy.Web.Permissions;

/// <summary>The attributes of a permission that a client sent; what it did not send is null.</summary>
internal sealed record PermissionRequest
{
    /// <summary>The rules; of a change, those without a doctype are to be removed.</summary>
    public IReadOnlyList<TitledRule>? Rules { get; private init; }

    /// <summary>The names of the codes that are to be.</summary>
    public IReadOnlyList<string>? CodeNames { get; private init; }

    /// <summary>The password; empty for none.</summary>
    public string? Password { get; private init; }

    /// <summary>Whether <see cref="ExpiresAt"/> was sent.</summary>
    public bool HasExpiry { get; private init; }

    /// <summary>The end; null for none.</summary>
    public DateTimeOffset? ExpiresAt { get; private init; }

    /// <summary>The metadata as JSON; empty when none was sent.</summary>
    public ReadOnlyMemory<byte> Metadata { get; private init; }

    /// <summary>Reads <c>{"data":{"attributes":{…}}}</c>.</summary>
    /// <exception cref="ApiException">400, 422.</exception>
    public static PermissionRequest Parse(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 1024 });
        if (json.RootElement.ValueKind != JsonValueKind.Object
            || !json.RootElement.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
        {
            throw ApiException.BadRequest("the body has no data");
        }

        if (!data.TryGetProperty("attributes", out var attributes) || attributes.ValueKind != JsonValueKind.Object)
            return new PermissionRequest();

        var expiry = Text(attributes, "expires_at");
        return new PermissionRequest
        {
            Rules = attributes.TryGetProperty("permissions", out var rules) && rules.ValueKind != JsonValueKind.Null
                ? PermissionJson.Read(rules)
                : null,
            CodeNames = Names(attributes),
            Password = Text(attributes, "password"),
            HasExpiry = expiry is not null,
            ExpiresAt = string.IsNullOrEmpty(expiry) ? null : Time(expiry),
            Metadata = attributes.TryGetProperty("cozyMetadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
                ? System.Text.Encoding.UTF8.GetBytes(metadata.GetRawText())
                : default,
        };
    }

    private static IReadOnlyList<string>? Names(JsonElement attributes)
    {
        if (!attributes.TryGetProperty("codes", out var codes) || codes.ValueKind == JsonValueKind.Null)
            return null;
        return codes.ValueKind == JsonValueKind.Object
            ? [.. codes.EnumerateObject().Select(code => code.Name).Distinct(StringComparer.Ordinal)]
            : throw ApiException.Invalid("/data/attributes/codes", "The codes are not an object.");
    }

    private static string? Text(JsonElement attributes, string name)
    {
        if (!attributes.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : throw ApiException.Invalid($"/data/attributes/{name}", "It is not a text.");
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw ApiException.Invalid("/data/attributes/expires_at", $"\"{text}\" is not a time of RFC 3339.");
}
