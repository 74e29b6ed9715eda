using System.Text.Json;

namespace Cozy.Grains.Apps;

/// <summary>What a manifest says of the intents its app can serve.</summary>
public static class AppIntents
{
    /// <summary>The address, in the app, that serves an action on a type; null when the app does not.</summary>
    /// <param name="manifest">The manifest, or a document with its members.</param>
    /// <param name="action">Such as <c>PICK</c>; capitals do not matter.</param>
    /// <param name="type">A doctype or a media type.</param>
    public static string? FindHref(JsonElement manifest, string action, string type)
    {
        if (!manifest.TryGetProperty("intents", out var intents) || intents.ValueKind != JsonValueKind.Array)
            return null;
        foreach (var intent in intents.EnumerateArray())
        {
            if (TextOf(intent, "action").Equals(action, StringComparison.OrdinalIgnoreCase) && HasType(intent, type))
                return TextOf(intent, "href");
        }

        return null;
    }

    private static bool HasType(JsonElement intent, string type) =>
        intent.TryGetProperty("type", out var types) && types.ValueKind == JsonValueKind.Array
        && types.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && Matches(one.GetString()!, type));

    /// <summary>Equal, or a pattern for media types such as <c>image/*</c>.</summary>
    private static bool Matches(string pattern, string type) => pattern.Equals(type, StringComparison.OrdinalIgnoreCase)
        || (pattern.EndsWith("/*", StringComparison.Ordinal) && type.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase));

    private static string TextOf(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
}
