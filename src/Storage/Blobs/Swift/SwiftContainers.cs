using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>A segment as a manifest names it.</summary>
/// <param name="Path">Container and object, with a slash before each.</param>
/// <param name="Etag">The segment's MD5 in hex; Swift compares it.</param>
/// <param name="SizeBytes">Its length; Swift compares it.</param>
internal sealed record SwiftSegment(
    [property: JsonPropertyName("path")] string Path,
    [property: JsonPropertyName("etag")] string Etag,
    [property: JsonPropertyName("size_bytes")] long SizeBytes);

/// <summary>An instance's container: its paths, and the writes that are not contents.</summary>
internal sealed class SwiftContainers(SwiftClient client)
{
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    public SwiftClient Client { get; } = client;

    public static string ContentPath(BlobKey key) => InContainer(key.Instance, SwiftNames.Content(key));

    public static string SegmentPath(BlobKey key, int number) =>
        InContainer(key.Instance, SwiftNames.Segment(key, number));

    public static string PendingPath(BlobKey key) => InContainer(key.Instance, SwiftNames.Pending(key));

    public static string InContainer(string instance, string name) => $"{SwiftNames.Container(instance)}/{name}";

    /// <summary>Creates an instance's container at its first use by this process.</summary>
    public async Task EnsureAsync(string instance, CancellationToken cancellationToken)
    {
        if (!_known.ContainsKey(instance))
            await CreateAsync(instance, cancellationToken);
    }

    /// <summary>Creates an instance's container; one that exists stays as it is.</summary>
    public async Task CreateAsync(string instance, CancellationToken cancellationToken)
    {
        await PutAsync(SwiftNames.Container(instance), static () => new ByteArrayContent([]), cancellationToken);
        _known.TryAdd(instance, true);
    }

    /// <summary>To be called when a container is to be removed.</summary>
    public void Forget(string instance) => _known.TryRemove(instance, out _);

    /// <summary>Marks a content as pending since now. A container another process removed is created anew.</summary>
    public async Task MarkPendingAsync(BlobKey key, CancellationToken cancellationToken)
    {
        if (await TryPutAsync(PendingPath(key), static () => new ByteArrayContent([]), cancellationToken))
            return;
        await CreateAsync(key.Instance, cancellationToken);
        await PutAsync(PendingPath(key), static () => new ByteArrayContent([]), cancellationToken);
    }

    /// <summary>Removes the mark, if there is one.</summary>
    public async Task EndPendingAsync(BlobKey key, CancellationToken cancellationToken)
    {
        using var response = await Client.SendAsync(HttpMethod.Delete, PendingPath(key), null, cancellationToken);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotFound)
            throw SwiftErrors.Of(response, "DELETE " + PendingPath(key));
    }

    /// <summary>Makes one object of segments.</summary>
    public Task PutManifestAsync(
        BlobKey key, IReadOnlyList<SwiftSegment> segments, CancellationToken cancellationToken) =>
        PutAsync(
            ContentPath(key) + "?multipart-manifest=put",
            () => JsonContent.Create(segments),
            cancellationToken);

    private async Task PutAsync(string path, Func<HttpContent> body, CancellationToken cancellationToken)
    {
        if (!await TryPutAsync(path, body, cancellationToken))
            throw new BlobStoreException(BlobError.Unavailable, $"Swift knows no place for {path}.");
    }

    /// <summary>Puts something that may be put again; false when its container is missing.</summary>
    private async Task<bool> TryPutAsync(string path, Func<HttpContent> body, CancellationToken cancellationToken)
    {
        using var response = await Client.SendAsync(
            HttpMethod.Put, path, request => request.Content = body(), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return false;
        return response.IsSuccessStatusCode ? true : throw SwiftErrors.Of(response, "PUT " + path);
    }
}
