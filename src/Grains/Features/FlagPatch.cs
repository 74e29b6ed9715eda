using System.Buffers;
using System.Text.Json;
using Cozy.Grains.Errors;

namespace Cozy.Grains.Features;

/// <summary>Changes flags by a patch. Pure.</summary>
internal static class FlagPatch
{
    /// <summary>The flags after a patch, a JSON object.</summary>
    /// <param name="flags">The flags before; empty for none.</param>
    /// <param name="patch">What to set; null removes a flag, and of those with ratios an empty list does too.</param>
    /// <param name="hasRatios">Whether each value must be a list of ratios and values.</param>
    /// <exception cref="CozyException">BadRequest.</exception>
    public static ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> flags, ReadOnlyMemory<byte> patch, bool hasRatios)
    {
        var changed = FlagMerge.Read(flags).ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in ReadPatch(patch))
        {
            if (hasRatios && value.ValueKind != JsonValueKind.Null)
                RequireRatios(name, value);
            if (value.ValueKind == JsonValueKind.Null || (hasRatios && value.GetArrayLength() == 0))
                changed.Remove(name);
            else
                changed[name] = value;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in changed.OrderBy(flag => flag.Key, StringComparer.Ordinal))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static IReadOnlyList<KeyValuePair<string, JsonElement>> ReadPatch(ReadOnlyMemory<byte> patch)
    {
        try
        {
            return FlagMerge.Read(patch);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw CozyException.BadRequest("The body is not a JSON object.");
        }
    }

    private static void RequireRatios(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || !value.EnumerateArray().All(IsChoice))
            throw CozyException.BadRequest($"{name} is not a list of ratios (0 to 1) and values");
        if (value.EnumerateArray().Sum(choice => choice.GetProperty("ratio").GetDouble()) > 1.000001)
            throw CozyException.BadRequest($"The ratios of {name} are more than 1 together");
    }

    private static bool IsChoice(JsonElement choice) => choice.ValueKind == JsonValueKind.Object
        && choice.TryGetProperty("value", out _)
        && choice.TryGetProperty("ratio", out var ratio) && ratio.ValueKind == JsonValueKind.Number
        && ratio.GetDouble() is >= 0 and <= 1;
}
