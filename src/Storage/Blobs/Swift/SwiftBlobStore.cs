using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>Contents as objects of OpenStack Swift, in one container per instance.</summary>
/// <remarks>
/// A zero-byte object marks each content that is not confirmed. Since silos do not know of each other's uploads, what
/// counts as abandoned is a mark older than <see cref="SwiftOptions.UploadExpiry"/>.
/// </remarks>
public sealed class SwiftBlobStore : IBlobStore
{
    private readonly SwiftOptions _options;
    private readonly TimeProvider _time;
    private readonly SwiftClient _client;
    private readonly SwiftContainers _containers;
    private readonly SwiftListing _listing;
    private readonly SwiftDeletion _deletion;
    private readonly SwiftLinks _links;

    /// <summary>Opens the store; nothing is sent before it is used.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="time">Tells how old marks are.</param>
    /// <param name="handler">Replaces the connection pool, for special TLS; the store disposes it.</param>
    public SwiftBlobStore(SwiftOptions options, TimeProvider time, HttpMessageHandler? handler = null)
    {
        (_options, _time) = (options, time);
        _client = new SwiftClient(options, handler);
        _containers = new SwiftContainers(_client);
        _listing = new SwiftListing(_client);
        _deletion = new SwiftDeletion(_client, _containers, _listing);
        _links = new SwiftLinks(_client, options, time);
        Thumbnails = new SwiftThumbnails(_client, _containers, _deletion, _listing);
    }

    /// <inheritdoc/>
    public IThumbnailStore Thumbnails { get; }

    /// <inheritdoc/>
    public async Task PingAsync(CancellationToken cancellationToken = default)
    {
        using var response = await _client.SendAsync(HttpMethod.Head, "", null, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw SwiftErrors.Of(response, "HEAD of the account");
    }

    /// <inheritdoc/>
    public async Task<IBlobUpload> BeginUploadAsync(
        BlobKey key, long? length, CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(key);
        await _containers.EnsureAsync(key.Instance, cancellationToken);
        return new SwiftUpload(_containers, _deletion, _options, _time, key, length);
    }

    /// <inheritdoc/>
    public Task ConfirmAsync(BlobKey key, CancellationToken cancellationToken = default) =>
        _containers.EndPendingAsync(BlobNames.Checked(key), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BlobKey>> ListPendingAsync(
        string instance, CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(instance, nameof(instance));
        var before = _time.GetUtcNow() - _options.UploadExpiry;
        List<BlobKey> pending = [];
        await foreach (var page in _listing.PagesAsync(instance, SwiftNames.PendingPrefix, cancellationToken))
        {
            foreach (var mark in page.Where(m => m.Modified <= before))
            {
                if (SwiftNames.KeyOf(instance, mark.Name) is { } key)
                    pending.Add(key);
            }
        }

        return pending;
    }

    /// <inheritdoc/>
    public async Task<BlobContent?> OpenAsync(
        BlobKey key, BlobRange? range = null, CancellationToken cancellationToken = default)
    {
        var path = SwiftContainers.ContentPath(BlobNames.Checked(key));
        // HTTP cannot say "no bytes".
        if (range is { Length: 0 })
            return await OpenNothingAsync(path, range.Value.Offset, cancellationToken);
        var response = await _client.GetAsync(path, range, cancellationToken);
        try
        {
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                response.Dispose();
                return null;
            }

            var length = LengthOfWhole(response, range, path);
            return new BlobContent(
                new SwiftDownload(_client, path, range ?? new BlobRange(0, length), response, await response.Content.ReadAsStreamAsync(cancellationToken)),
                null,
                length);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<Uri?> LinkAsync(BlobKey key, string fileName, CancellationToken cancellationToken = default) =>
        _links.MakeAsync(BlobNames.Checked(key), fileName, cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(IReadOnlyCollection<BlobKey> keys, CancellationToken cancellationToken = default)
    {
        foreach (var key in keys)
            BlobNames.Checked(key);
        foreach (var ofInstance in keys.GroupBy(k => k.Instance))
            await _deletion.DeleteAsync(ofInstance.Key, [.. ofInstance], cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobListing> ListAsync(
        string instance, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        BlobNames.Checked(instance, nameof(instance));
        // With the time of the newest segment of each.
        var large = new Dictionary<BlobKey, DateTimeOffset>();
        await foreach (var page in _listing.PagesAsync(instance, SwiftNames.SegmentsPrefix, cancellationToken))
        {
            foreach (var segment in page)
            {
                if (SwiftNames.KeyOf(instance, segment.Name) is { } key && !(large.GetValueOrDefault(key) > segment.Modified))
                    large[key] = segment.Modified;
            }
        }

        // Listings lag behind, marks too: what is younger than an upload may last can be pending.
        var before = _time.GetUtcNow() - _options.UploadExpiry;
        await foreach (var page in _listing.PagesAsync(instance, "", cancellationToken))
        {
            foreach (var listed in page)
            {
                if (SwiftNames.ContentKeyOf(instance, listed.Name) is not { } key)
                    continue;
                var isLarge = large.Remove(key);
                yield return new BlobListing(key, isLarge ? null : listed.Bytes, isLarge ? null : listed.Hash, listed.Modified > before);
            }
        }

        foreach (var (key, modified) in large)
            yield return new BlobListing(key, null, null, modified > before) { IsRest = true };
    }

    /// <inheritdoc/>
    public Task DeleteInstanceAsync(string instance, CancellationToken cancellationToken = default) =>
        _deletion.DeleteContainerAsync(BlobNames.Checked(instance, nameof(instance)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<BlobContent?> OpenNothingAsync(string path, long offset, CancellationToken cancellationToken)
    {
        using var response = await _client.SendAsync(HttpMethod.Head, path, null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        var length = LengthOfWhole(response, null, path);
        if (offset < 0 || offset > length)
            throw OutOfRange();
        return new BlobContent(Stream.Null, null, length);
    }

    /// <summary>Checks that the answer holds what was asked for.</summary>
    private static long LengthOfWhole(HttpResponseMessage response, BlobRange? range, string path)
    {
        var headers = response.Content.Headers;
        switch (response.StatusCode)
        {
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                throw OutOfRange();
            case HttpStatusCode.PartialContent when headers.ContentRange is { Length: { } whole } part:
                return part.From == range?.Offset && part.To - part.From + 1 == range?.Length ? whole : throw OutOfRange();
            case HttpStatusCode.OK when headers.ContentLength is { } whole:
                return range is null || range == new BlobRange(0, whole) ? whole : throw OutOfRange();
            default:
                throw SwiftErrors.Of(response, "GET " + path);
        }
    }

    private static ArgumentOutOfRangeException OutOfRange() => new("range", "The range is not inside the content.");
}
