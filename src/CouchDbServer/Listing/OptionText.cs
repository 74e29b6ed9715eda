using System.Globalization;
using System.Text.Json;
using Cozy.CouchDbServer.Http;

namespace Cozy.CouchDbServer.Listing;

/// <summary>The values that options of listings and views have, and what CouchDB says of others.</summary>
internal static class OptionText
{
    /// <summary>A truth value, in any case.</summary>
    public static bool Flag(string value) => value.ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        _ => throw CouchException.QueryParse($"Invalid boolean parameter: {Quote(value)}"),
    };

    /// <summary>A whole number that is not negative.</summary>
    /// <param name="value">Its text.</param>
    /// <param name="fromBody">Whether it stands in a body, where it must be a number.</param>
    /// <param name="json">Reads it as JSON.</param>
    public static int NotNegative(string value, bool fromBody, Func<JsonElement> json)
    {
        var isText = fromBody && json().ValueKind == JsonValueKind.String;
        if (isText || !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            // The texts are Erlang's for the value: a binary, the empty list, a list of characters.
            var shown = isText ? $"<<{Quote(value)}>>" : value.Length == 0 ? "[]" : fromBody ? value : Quote(value);
            throw CouchException.QueryParse($"Invalid value for integer: {shown}");
        }

        return number >= 0
            ? number
            : throw CouchException.QueryParse($"Invalid value for positive integer: {(fromBody ? value : Quote(value))}");
    }

    private static string Quote(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
