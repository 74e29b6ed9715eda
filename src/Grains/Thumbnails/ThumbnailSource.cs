using System.Globalization;
using Cozy.Grains.Files;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;

namespace Cozy.Grains.Thumbnails;

/// <summary>A content that thumbnails can be made of.</summary>
internal sealed record ThumbnailSource(string FileId, string VersionId, string Md5, long Length)
{
    /// <summary>What a file's document says; null when it is no image and no PDF.</summary>
    public static ThumbnailSource? Of(FileEntry entry)
    {
        using var parsed = Json.Parse(entry.Members);
        var json = parsed.RootElement;
        if (json.Text("class") is not ("image" or "pdf") || json.Flag("encrypted"))
            return null;
        return json.Text("internal_vfs_id") is { } versionId
            && long.TryParse(json.Text("size"), CultureInfo.InvariantCulture, out var length) && length > 0
            ? new ThumbnailSource(entry.Id, versionId, Convert.ToHexStringLower(json.Bytes("md5sum").Span), length)
            : null;
    }

    /// <summary>The key of its thumbnail in a format.</summary>
    public ThumbnailKey Key(string instanceId, string format) => new(instanceId, FileId, format, Md5);

    /// <summary>Opens the content.</summary>
    /// <exception cref="FileNotFoundException">It is gone.</exception>
    public async Task<Stream> OpenAsync(IBlobStore blobs, string instanceId)
    {
        var content = await blobs.OpenAsync(new BlobKey(instanceId, FileId, VersionId))
            ?? throw new FileNotFoundException("The content is gone.");
        return content.Stream ?? File.OpenRead(content.LocalPath!);
    }
}
