using System.Globalization;
using System.Text.Json;

namespace Cozy.Storage.Documents.Mango;

/// <summary>Reads the members of request bodies, with CouchDB's words for what is wrong with them.</summary>
internal static class MangoOptions
{
    public static JsonElement? Optional(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) ? value : null;

    public static JsonElement Required(JsonElement body, string name) =>
        Optional(body, name)
        ?? throw DocumentStoreException.Invalid("missing_required_key", $"Missing required key: {name}");

    public static bool? Flag(JsonElement body, string name) => Optional(body, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw DocumentStoreException.Invalid("invalid_boolean", $"Invalid boolean value: {ErlangText.Bytes(other)}"),
    };

    public static int? Positive(JsonElement body, string name)
    {
        if (Optional(body, name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number
            && int.TryParse(value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw DocumentStoreException.Invalid(
                "invalid_pos_integer", $"{ErlangText.Bytes(value)} is not an integer greater than zero");
    }

    public static string? Text(JsonElement body, string name) => Optional(body, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } other => throw DocumentStoreException.Invalid("invalid_string", $"Invalid string: {ErlangText.Bytes(other)}"),
    };

    public static void RefuseOthers(JsonElement body, params ReadOnlySpan<string> known)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (!known.Contains(member.Name))
                throw DocumentStoreException.Invalid("invalid_key", $"Invalid key {member.Name} for this request.");
        }
    }
}
