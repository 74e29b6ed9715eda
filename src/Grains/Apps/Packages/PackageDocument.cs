using System.Text.Json;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Apps.Packages;

/// <summary>
/// A package as a document: <c>{"content":…,"files":{path:[hash,offset,length,brotli offset,length,gzip offset,length]}}</c>;
/// a length of 0 means that there is no such form.
/// </summary>
internal static class PackageDocument
{
    public static ReadOnlyMemory<byte> Write(AppPackage package) => Json.Members(json =>
    {
        json.WriteString("content", package.ContentId);
        json.WriteStartObject("files");
        foreach (var (path, file) in package.Files)
        {
            json.WriteStartArray(path);
            json.WriteStringValue(file.Hash);
            foreach (var slice in new[] { file.Plain, file.Brotli ?? default, file.Gzip ?? default })
            {
                json.WriteNumberValue(slice.Offset);
                json.WriteNumberValue(slice.Length);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    });

    public static AppPackage Read(string id, ReadOnlyMemory<byte> members)
    {
        using var json = Json.Parse(members);
        var files = json.RootElement.GetProperty("files").EnumerateObject().ToDictionary(
            file => file.Name, file => ReadFile(file.Value), StringComparer.Ordinal);
        return new AppPackage(id, json.RootElement.Text("content")!, files);
    }

    private static PackagedFile ReadFile(JsonElement file) => new(
        file[0].GetString()!,
        Slice(file, 1) ?? default,
        Slice(file, 3),
        Slice(file, 5));

    private static PackageSlice? Slice(JsonElement file, int at) =>
        file[at + 1].GetInt64() is > 0 and var length ? new PackageSlice(file[at].GetInt64(), length) : null;
}
