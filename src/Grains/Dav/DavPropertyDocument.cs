using System.Text.Json;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Dav;

/// <summary>The properties of one file or folder as a document; its id is that of the file.</summary>
internal static class DavPropertyDocument
{
    public const string Doctype = "io.cozy.dav.properties";

    public static List<DavProperty> Read(ReadOnlyMemory<byte> members)
    {
        using var parsed = Json.Parse(members);
        return parsed.RootElement.TryGetProperty("properties", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Select(ReadOne)]
            : [];
    }

    public static ReadOnlyMemory<byte> Write(IEnumerable<DavProperty> properties) => Json.Members(json =>
    {
        json.WriteStartArray("properties");
        foreach (var property in properties)
        {
            json.WriteStartObject();
            json.WriteString("namespace", property.Namespace);
            json.WriteString("name", property.Name);
            json.WriteString("xml", property.Xml);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>The properties after some changes.</summary>
    public static List<DavProperty> Apply(IEnumerable<DavProperty> properties, IEnumerable<DavPropertyChange> changes)
    {
        var result = properties.ToList();
        foreach (var change in changes)
        {
            result.RemoveAll(known => known.Namespace == change.Namespace && known.Name == change.Name);
            if (change.Xml is { } xml)
                result.Add(new DavProperty(change.Namespace, change.Name, xml));
        }

        return result;
    }

    private static DavProperty ReadOne(JsonElement item) =>
        new(item.Text("namespace") ?? "", item.Text("name") ?? "", item.Text("xml") ?? "");
}
