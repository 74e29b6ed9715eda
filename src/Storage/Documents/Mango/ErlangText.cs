using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Cozy.Storage.Documents.Mango;

/// <summary>
/// JSON values as CouchDB prints them in its messages, which is how Erlang writes its terms; cut when they are long.
/// </summary>
internal static class ErlangText
{
    private const int MaxLength = 500;

    /// <summary>Strings as numbers of their bytes: <c>&lt;&lt;97,98&gt;&gt;</c>.</summary>
    public static string Bytes(JsonElement value) => Format(value, asText: false);

    /// <summary>Strings as text where they are printable: <c>&lt;&lt;"ab"&gt;&gt;</c>.</summary>
    public static string Text(JsonElement value) => Format(value, asText: true);

    private static string Format(JsonElement value, bool asText)
    {
        var output = new StringBuilder();
        Write(value, asText, output);
        return output.Length <= MaxLength ? output.ToString() : $"{output.ToString(0, MaxLength)}...";
    }

    private static void Write(JsonElement value, bool asText, StringBuilder output)
    {
        if (output.Length > MaxLength)
            return;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                output.Append("{[");
                WriteMembers(value, asText, output);
                output.Append("]}");
                break;
            case JsonValueKind.Array:
                output.Append('[');
                var first = true;
                foreach (var element in value.EnumerateArray())
                {
                    output.Append(first ? "" : ",");
                    first = false;
                    Write(element, asText, output);
                }

                output.Append(']');
                break;
            case JsonValueKind.String:
                WriteString(value.GetString()!, asText, output);
                break;
            default:
                output.Append(value.GetRawText());
                break;
        }
    }

    private static void WriteMembers(JsonElement value, bool asText, StringBuilder output)
    {
        var first = true;
        foreach (var member in value.EnumerateObject())
        {
            output.Append(first ? "{" : ",{");
            first = false;
            WriteString(member.Name, asText, output);
            output.Append(',');
            Write(member.Value, asText, output);
            output.Append('}');
        }
    }

    private static void WriteString(string text, bool asText, StringBuilder output)
    {
        if (text.Length > MaxLength)
            text = text[..MaxLength];
        output.Append("<<");
        if (asText && text.Length > 0 && text.All(c => c is >= ' ' and <= '~'))
            output.Append('"').Append(text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        else
            output.AppendJoin(',', Encoding.UTF8.GetBytes(text).Select(b => b.ToString(CultureInfo.InvariantCulture)));
        output.Append(">>");
    }
}
