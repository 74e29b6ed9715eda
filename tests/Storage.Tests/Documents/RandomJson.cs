using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Cozy.Storage.Tests.Documents;

/// <summary>JSON nobody would write by hand, and what another reader makes of it.</summary>
internal static class RandomJson
{
    private static readonly string[] Keys = ["a", "b", "\\u0061", "é", "", "k 1", "\\n"];
    private static readonly string[] Strings = ["", "x", "\\ud83d\\ude00", "\\/", "é", "\\u00e9", "\\\\", "\\u001f", "\\t"];
    private static readonly string[] Numbers = ["0", "-0", "1.0", "1e3", "12345678901234567890", "-1.5e-9", "0.1", "1e21"];

    public static byte[] Object(Random random, int depth)
    {
        var text = new StringBuilder();
        AppendObject(text, random, depth);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Whether the reader of .NET accepts it, strings and numbers checked too.</summary>
    public static bool IsStrictJson(byte[] json)
    {
        if (!Utf8.IsValid(json))
            return false;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 512 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    reader.GetString();
                else if (reader.TokenType is JsonTokenType.Number && IsInfinite(reader.ValueSpan))
                    return false;
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The one known difference: CouchDB reads "1e+" as a number.
            return HasOpenExponent(json);
        }
    }

    /// <summary>The value with the last of duplicate keys, whatever its place.</summary>
    public static JsonElement LastWins(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return JsonSerializer.SerializeToElement(Read(ref reader));
    }

    private static bool IsInfinite(ReadOnlySpan<byte> number) =>
        number.IndexOfAny("eE."u8) >= 0 && double.IsInfinity(double.Parse(number, CultureInfo.InvariantCulture));

    private static bool HasOpenExponent(byte[] json)
    {
        var text = Encoding.UTF8.GetString(json);
        var repaired = System.Text.RegularExpressions.Regex.Replace(text, "(?<=[0-9][eE][+-])(?![0-9])", "0");
        return repaired != text && IsStrictJson(Encoding.UTF8.GetBytes(repaired));
    }

    private static JsonNode? Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var node = new JsonObject();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var key = reader.GetString()!;
                    reader.Read();
                    node[key] = Read(ref reader);
                }

                return node;
            case JsonTokenType.StartArray:
                var array = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    array.Add(Read(ref reader));
                return array;
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number:
                return reader.GetDouble() + 0.0;
            case JsonTokenType.Null:
                return null;
            default:
                return reader.GetBoolean();
        }
    }

    private static void AppendObject(StringBuilder text, Random random, int depth)
    {
        text.Append('{');
        var count = random.Next(5);
        for (var i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append('"').Append(Keys[random.Next(Keys.Length)]).Append("\": ");
            AppendValue(text, random, depth - 1);
        }

        text.Append(" }");
    }

    private static void AppendValue(StringBuilder text, Random random, int depth)
    {
        switch (random.Next(depth > 0 ? 7 : 5))
        {
            case 0:
                text.Append("true");
                break;
            case 1:
                text.Append("null");
                break;
            case 2 or 3:
                text.Append(Numbers[random.Next(Numbers.Length)]);
                break;
            case 4:
                text.Append('"').Append(Strings[random.Next(Strings.Length)]).Append('"');
                break;
            case 5:
                AppendObject(text, random, depth);
                break;
            default:
                text.Append('[');
                var count = random.Next(4);
                for (var i = 0; i < count; i++)
                {
                    text.Append(i == 0 ? "" : " ,");
                    AppendValue(text, random, depth - 1);
                }

                text.Append(']');
                break;
        }
    }
}
