using System.Globalization;
using System.Text.Json;

namespace Cozy.Grains.Files;

/// <summary>The lists of references in documents: <c>[{"id":…,"type":…}]</c>.</summary>
internal static class FileReferences
{
    /// <summary>The member that holds a kind of references.</summary>
    public static string MemberOf(ReferenceKind kind) =>
        kind == ReferenceKind.NotSynchronizedOn ? "not_synchronized_on" : "referenced_by";

    /// <summary>Reads a list; what is no reference is left out.</summary>
    public static IReadOnlyList<FileReference> Read(ReadOnlySpan<byte> json)
    {
        if (json is not [(byte)'[', _, _, ..])
            return [];

        var references = new List<FileReference>();
        using var parsed = JsonDocument.Parse(json.ToArray());
        foreach (var item in parsed.RootElement.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object
                && item.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
                && item.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String)
            {
                references.Add(new FileReference(type.GetString()!, id.GetString()!));
            }
        }

        return references;
    }

    /// <summary>Writes a list.</summary>
    public static byte[] Write(IReadOnlyList<FileReference> references)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var reference in references)
            {
                writer.WriteStartObject();
                writer.WriteString("id", reference.Id);
                writer.WriteString("type", reference.Type);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// What lists in the order of dates sort a document by: when the photo was taken, in a form that sorts as text; empty
    /// for what tells no such time, which comes first.
    /// </summary>
    public static string DateOf(ReadOnlyMemory<byte> members)
    {
        var taken = MemberChanges.Find(members, "metadata") is { Length: > 2 } metadata && metadata.Span[0] == '{'
            ? FileDocument.Time(metadata[1..^1], "datetime")
            : null;
        return taken?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture) ?? "";
    }
}
