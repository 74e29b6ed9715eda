using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cozy.Grains.Features;

/// <summary>How the flags of one instance follow from what was set at several places. Pure.</summary>
public static class FlagMerge
{
    /// <summary>The flags of an instance: for each the value of the first source that has one, in the order of their names.</summary>
    public static SortedDictionary<string, JsonElement> Merge(params IEnumerable<IEnumerable<KeyValuePair<string, JsonElement>>> sources)
    {
        var flags = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            foreach (var (name, value) in source)
                flags.TryAdd(name, value);
        }

        return flags;
    }

    /// <summary>The members of a JSON object; none of an empty text.</summary>
    public static IReadOnlyList<KeyValuePair<string, JsonElement>> Read(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
            return [];
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateObject().Select(flag => KeyValuePair.Create(flag.Name, flag.Value.Clone()))];
    }

    /// <summary>The values that an instance gets of flags with ratios: always the same for the same instance.</summary>
    public static IEnumerable<KeyValuePair<string, JsonElement>> Choose(ReadOnlyMemory<byte> json, string domain)
    {
        foreach (var (name, choices) in Read(json))
        {
            if (choices.ValueKind == JsonValueKind.Array && Choose(choices, PlaceOf(name, domain)) is { } value)
                yield return KeyValuePair.Create(name, value);
        }
    }

    /// <summary>A value of the configuration: JSON, or else a text.</summary>
    public static JsonElement ReadSetting(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }

    private static JsonElement? Choose(JsonElement choices, double place)
    {
        var sum = 0.0;
        foreach (var choice in choices.EnumerateArray())
        {
            sum += choice.GetProperty("ratio").GetDouble();
            if (place < sum)
                return choice.GetProperty("value").Clone();
        }

        return null;
    }

    /// <summary>Where an instance stands between 0 and 1; elsewhere for each flag, so that not always the same ones go first.</summary>
    private static double PlaceOf(string flag, string domain)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{flag}\0{domain}"));
        return BitConverter.ToUInt32(hash) / (uint.MaxValue + 1.0);
    }
}
