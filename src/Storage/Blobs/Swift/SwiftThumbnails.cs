using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>
/// Thumbnails as the original's third layout has them: <c>thumbs/&lt;id&gt;-&lt;format&gt;</c>, with the MD5 of the content in the
/// object's metadata; an empty one is no image.
/// </summary>
internal sealed class SwiftThumbnails(SwiftClient client, SwiftContainers containers, SwiftDeletion deletion, SwiftListing listing) : IThumbnailStore
{
    private const string Md5Header = "X-Object-Meta-File-Md5";

    /// <inheritdoc/>
    public async Task PutAsync(ThumbnailKey key, ReadOnlyMemory<byte> image, CancellationToken cancellationToken = default)
    {
        var path = PathOf(key);
        await containers.EnsureAsync(key.Instance, cancellationToken);
        using var response = await client.SendAsync(
            HttpMethod.Put,
            path,
            request =>
            {
                request.Headers.Add(Md5Header, key.ContentMd5);
                request.Content = new ReadOnlyMemoryContent(image);
                request.Content.Headers.ContentType =
                    new MediaTypeHeaderValue(image.IsEmpty ? "application/octet-stream" : "image/jpeg");
            },
            cancellationToken);

        // The container is gone when the instance is: then nobody misses a thumbnail.
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotFound)
            throw SwiftErrors.Of(response, "PUT " + path);
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> GetAsync(ThumbnailKey key, CancellationToken cancellationToken = default)
    {
        var path = PathOf(key);
        using var response = await client.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        if (!response.IsSuccessStatusCode)
            throw SwiftErrors.Of(response, "GET " + path);

        // One that does not say what it is made of is from an old version of the original, and taken for good.
        var isOther = response.Headers.TryGetValues(Md5Header, out var md5)
            && !md5.First().Equals(key.ContentMd5, StringComparison.OrdinalIgnoreCase);

        // Old versions of the original have left halves of images, told by their type.
        var isHalf = response.Content.Headers is { ContentType.MediaType: "application/octet-stream", ContentLength: > 0 };
        if (isOther || isHalf)
            return null;
        try
        {
            return await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (Exception e) when (SwiftErrors.IsRemote(e))
        {
            throw SwiftErrors.Translate(e, "GET " + path);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListAsync(
        string instance, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(instance, nameof(instance));
        await foreach (var page in listing.PagesAsync(instance, SwiftNames.ThumbnailsPrefix, cancellationToken))
        {
            foreach (var fileId in page.Select(listed => SwiftNames.ThumbnailFileOf(listed.Name)).OfType<string>())
                yield return fileId;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(
        string instance, IReadOnlyCollection<string> fileIds, CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(instance, nameof(instance));
        var names = fileIds.SelectMany(id => ThumbnailKey.Formats.Select(format =>
            SwiftNames.Thumbnail(BlobNames.Checked(id, nameof(fileIds)), format)));
        return deletion.DeleteNamesAsync(instance, names, cancellationToken);
    }

    private static string PathOf(ThumbnailKey key)
    {
        BlobNames.Checked(key.Instance, nameof(key.Instance));
        BlobNames.Checked(key.FileId, nameof(key.FileId));
        BlobNames.Checked(key.ContentMd5, nameof(key.ContentMd5));
        return SwiftContainers.InContainer(
            key.Instance, SwiftNames.Thumbnail(key.FileId, BlobNames.Checked(key.Format, nameof(key.Format))));
    }
}
