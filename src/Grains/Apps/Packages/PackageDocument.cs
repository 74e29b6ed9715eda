using System.Text.Json;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Apps.Packages;

/// <summary>
/// A package as a document: <c>{"content":…,"files":{path:[hash,offset,length,brotli offset,length,gzip offset,length]}}</c>;
/// a length of 0 means that there is no such form. With <c>unused_since</c> no instance was seen to use it since then, with
/// <c>removing</c> its content is going.
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

    /// <summary>What a document tells of its package's life.</summary>
    public static PackageLife ReadLife(ReadOnlyMemory<byte> members)
    {
        using var json = Json.Parse(members);
        return new PackageLife(
            json.RootElement.Text("content")!, json.RootElement.Time("unused_since"), json.RootElement.Flag("removing"));
    }

    /// <summary>The same package with another life.</summary>
    public static ReadOnlyMemory<byte> Rewrite(ReadOnlyMemory<byte> members, PackageLife life)
    {
        using var document = Json.Parse(members);
        return Json.Members(json =>
        {
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Name is "content" or "files")
                    member.WriteTo(json);
            }

            if (life.UnusedSince is { } since)
                json.WriteTime("unused_since", since);
            if (life.IsGoing)
                json.WriteBoolean("removing", true);
        });
    }

    private static PackagedFile ReadFile(JsonElement file) => new(
        file[0].GetString()!,
        Slice(file, 1) ?? default,
        Slice(file, 3),
        Slice(file, 5));

    private static PackageSlice? Slice(JsonElement file, int at) =>
        file[at + 1].GetInt64() is > 0 and var length ? new PackageSlice(file[at].GetInt64(), length) : null;
}

/// <summary>Whether a package is wanted.</summary>
/// <param name="ContentId">Where its content is.</param>
/// <param name="UnusedSince">Since when nobody was seen to use it; null while somebody does.</param>
/// <param name="IsGoing">Its content is being removed: it is as good as gone.</param>
internal sealed record PackageLife(string ContentId, DateTimeOffset? UnusedSince, bool IsGoing);
