using System.Buffers;
using System.Text.Json;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Files;

/// <summary>
/// Changes of single members of a document. The members that are not named keep their bytes, so that numbers and what
/// nobody knows here stay as they are.
/// </summary>
internal sealed class MemberChanges
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1024 };

    private readonly List<(string Name, byte[]? Json)> _changes = [];

    public MemberChanges Set(string name, string value) => SetJson(name, JsonOf(writer => writer.WriteStringValue(value)));

    public MemberChanges Set(string name, bool value) => SetJson(name, value ? "true"u8 : "false"u8);

    public MemberChanges Set(string name, DateTimeOffset value) => Set(name, Json.TimeText(value));

    /// <summary>Sets a list of texts; an empty one is removed.</summary>
    public MemberChanges Set(string name, IReadOnlyList<string> values) => values.Count == 0
        ? Remove(name)
        : SetJson(name, JsonOf(writer =>
        {
            writer.WriteStartArray();
            foreach (var value in values)
                writer.WriteStringValue(value);
            writer.WriteEndArray();
        }));

    /// <summary>Sets a member to any JSON value.</summary>
    public MemberChanges SetJson(string name, ReadOnlySpan<byte> json)
    {
        _changes.RemoveAll(change => change.Name == name);
        _changes.Add((name, DocumentCodec.Canonicalize(json, Options.MaxDepth)));
        return this;
    }

    /// <summary>Takes a member away.</summary>
    public MemberChanges Remove(string name)
    {
        _changes.RemoveAll(change => change.Name == name);
        _changes.Add((name, null));
        return this;
    }

    /// <summary>The members with these changes: those that were there in their places, the others behind.</summary>
    public ReadOnlyMemory<byte> ApplyTo(ReadOnlyMemory<byte> members)
    {
        var output = new ArrayBufferWriter<byte>(members.Length + 128);
        var json = Enclose(members.Span);
        var reader = new Utf8JsonReader(json, Options);
        Span<bool> done = stackalloc bool[_changes.Count];
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var change = IndexOf(ref reader);
            reader.Read();
            var valueStart = (int)reader.TokenStartIndex;
            reader.Skip();
            if (change < 0)
                Append(output, json.AsSpan(start..(int)reader.BytesConsumed));
            else if (_changes[change].Json is { } value && !done[change])
                Append(output, json.AsSpan(start..valueStart), value);
            if (change >= 0)
                done[change] = true;
        }

        for (var i = 0; i < _changes.Count; i++)
        {
            if (!done[i] && _changes[i] is { Name: var name, Json: { } value })
                Append(output, JsonOf(writer => writer.WriteStringValue(name)), ":"u8, value);
        }

        return output.WrittenMemory;
    }

    /// <summary>The JSON of a member; null when it is missing.</summary>
    public static ReadOnlyMemory<byte>? Find(ReadOnlyMemory<byte> members, string name)
    {
        var reader = new Utf8JsonReader(Enclose(members.Span), Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            var start = (int)reader.TokenStartIndex - 1;
            reader.Skip();
            if (isIt)
                return members[start..((int)reader.BytesConsumed - 1)];
        }

        return null;
    }

    private static byte[] Enclose(ReadOnlySpan<byte> members)
    {
        var json = new byte[members.Length + 2];
        json[0] = (byte)'{';
        members.CopyTo(json.AsSpan(1));
        json[^1] = (byte)'}';
        return json;
    }

    private static byte[] JsonOf(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        return DocumentCodec.Canonicalize(buffer.WrittenSpan);
    }

    private static void Append(
        ArrayBufferWriter<byte> output, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default, ReadOnlySpan<byte> third = default)
    {
        if (output.WrittenCount > 0)
            output.Write(","u8);
        output.Write(first);
        output.Write(second);
        output.Write(third);
    }

    private int IndexOf(ref Utf8JsonReader name)
    {
        for (var i = 0; i < _changes.Count; i++)
        {
            if (name.ValueTextEquals(_changes[i].Name))
                return i;
        }

        return -1;
    }
}
