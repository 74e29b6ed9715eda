using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Cozy.Web.Json;

/// <summary>
/// Looks into the members of a document as grains hand them over: canonical JSON without the braces around it.
/// </summary>
internal static class JsonMembers
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1024 };

    /// <summary>Calls <paramref name="visit"/> with each member: its name and the JSON of its value.</summary>
    public static void Visit<T>(ReadOnlyMemory<byte> members, T state, Action<T, string, ReadOnlySpan<byte>> visit)
    {
        if (members.IsEmpty)
            return;

        var bytes = ArrayPool<byte>.Shared.Rent(members.Length + 2);
        try
        {
            bytes[0] = (byte)'{';
            members.Span.CopyTo(bytes.AsSpan(1));
            bytes[members.Length + 1] = (byte)'}';
            var json = bytes.AsSpan(0, members.Length + 2);
            var reader = new Utf8JsonReader(json, Options);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                visit(state, name, json[start..(int)reader.BytesConsumed]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>The text of a member; null when it is missing or no string.</summary>
    public static string? Text(ReadOnlyMemory<byte> members, string name)
    {
        var found = new Found(name);
        Visit(members, found, static (found, name, value) =>
        {
            if (found.Name == name && value is [(byte)'"', ..])
                found.Value = ReadString(value);
        });
        return found.Value;
    }

    /// <summary>The JSON of a member; null when it is missing.</summary>
    public static byte[]? Json(ReadOnlyMemory<byte> members, string name)
    {
        var found = new FoundJson(name);
        Visit(members, found, static (found, name, value) =>
        {
            if (found.Name == name)
                found.Value = value.ToArray();
        });
        return found.Value;
    }

    /// <summary>
    /// The values a permission's selector compares: a member's text, or each of an array's; of references
    /// (<c>{"type":…,"id":…}</c>) <c>type/id</c>.
    /// </summary>
    public static IReadOnlyList<string> SelectorValues(ReadOnlyMemory<byte> members, string name)
    {
        var found = new Selected(name, []);
        Visit(members, found, static (found, name, value) =>
        {
            if (found.Name == name)
                Collect(value, found.Values);
        });
        return found.Values;
    }

    private static void Collect(ReadOnlySpan<byte> value, List<string> values)
    {
        var reader = new Utf8JsonReader(value, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            AddScalar(ref reader, values);
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                AddReference(ref reader, values);
            else if (reader.TokenType == JsonTokenType.StartArray)
                reader.Skip();
            else
                AddScalar(ref reader, values);
        }
    }

    private static void AddScalar(ref Utf8JsonReader reader, List<string> values)
    {
        if (reader.TokenType == JsonTokenType.String)
            values.Add(reader.GetString()!);
        else if (reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False)
            values.Add(Encoding.UTF8.GetString(reader.ValueSpan));
    }

    private static void AddReference(ref Utf8JsonReader reader, List<string> values)
    {
        string? type = null, id = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isId = reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String)
                type = reader.GetString();
            else if (isId && reader.TokenType == JsonTokenType.String)
                id = reader.GetString();
            else
                reader.Skip();
        }

        // Ids of apps and connectors begin with their type.
        if (type is not null && id is not null)
            values.Add(id.StartsWith($"{type}/", StringComparison.Ordinal) ? id : $"{type}/{id}");
    }

    private static string ReadString(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value, Options);
        reader.Read();
        return reader.GetString()!;
    }

    private sealed class Found(string name)
    {
        public string Name { get; } = name;

        public string? Value { get; set; }
    }

    private sealed class FoundJson(string name)
    {
        public string Name { get; } = name;

        public byte[]? Value { get; set; }
    }

    private sealed record Selected(string Name, List<string> Values);
}
