namespace Cozy.Storage.Documents.Mango.Values;

/// <summary>The types of JSON values in CouchDB's order.</summary>
internal enum JsonType
{
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
}

internal static class JsonTypes
{
    public static JsonType Of(ReadOnlySpan<byte> value) => value[0] switch
    {
        (byte)'n' => JsonType.Null,
        (byte)'f' => JsonType.False,
        (byte)'t' => JsonType.True,
        (byte)'"' => JsonType.String,
        (byte)'[' => JsonType.Array,
        (byte)'{' => JsonType.Object,
        _ => JsonType.Number,
    };

    /// <summary>The word that <c>$type</c> knows it by.</summary>
    public static string Name(JsonType type) => type switch
    {
        JsonType.Null => "null",
        JsonType.False or JsonType.True => "boolean",
        JsonType.Number => "number",
        JsonType.String => "string",
        JsonType.Array => "array",
        _ => "object",
    };
}
