using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>Removes contents with their segments and marks: a mark last, since it is how a rest is found again.</summary>
internal sealed class SwiftDeletion(SwiftClient client, SwiftContainers containers, SwiftListing listing)
{
    // Below this many contents, a request each is as good as bulk deletion and needs no listing.
    private const int BulkFrom = 16;
    private const int Parallelism = 8;
    private const int ContainerPasses = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private enum Kind
    {
        Missing,
        Plain,
        Large,
    }

    // Set once the server turned out to have no bulk deletion.
    private volatile bool _noBulk;

    /// <summary>Removes contents of one instance.</summary>
    public async Task DeleteAsync(
        string instance, IReadOnlyCollection<BlobKey> keys, CancellationToken cancellationToken)
    {
        if (keys.Count < BulkFrom)
        {
            await EachAsync(keys, DeleteOneAsync, cancellationToken);
            return;
        }

        // Bulk deletion removes manifests without their segments, so large contents are sorted out first.
        var plain = keys.ToHashSet();
        var large = new HashSet<BlobKey>();
        await foreach (var page in listing.PagesAsync(instance, SwiftNames.SegmentsPrefix, cancellationToken))
        {
            foreach (var segment in page)
            {
                if (SwiftNames.KeyOf(instance, segment.Name) is { } key && plain.Remove(key))
                    large.Add(key);
            }
        }

        await EachAsync(large, DeleteOneAsync, cancellationToken);
        await DeleteNamesAsync(instance, plain.Select(SwiftNames.Content), cancellationToken);
        await DeleteNamesAsync(instance, plain.Select(SwiftNames.Pending), cancellationToken);
    }

    /// <summary>Removes one content. Its manifest, if it has one, says which segments go with it.</summary>
    public async ValueTask DeleteOneAsync(BlobKey key, CancellationToken cancellationToken)
    {
        var path = SwiftContainers.ContentPath(key);
        switch (await KindAsync(path, cancellationToken))
        {
            case Kind.Plain:
                await DeletePathAsync(path, cancellationToken);
                break;
            case Kind.Large:
                await DeleteLargeAsync(path, cancellationToken);
                break;
            default:
                await DeleteSegmentsAsync(key, cancellationToken);
                break;
        }

        await containers.EndPendingAsync(key, cancellationToken);
    }

    /// <summary>Removes an instance's container and all in it.</summary>
    public async Task DeleteContainerAsync(string instance, CancellationToken cancellationToken)
    {
        for (var pass = 1; ; pass++)
        {
            containers.Forget(instance);
            await foreach (var page in listing.PagesAsync(instance, "", cancellationToken))
                await DeleteNamesAsync(instance, page.Select(o => o.Name), cancellationToken);
            using var response = await client.SendAsync(
                HttpMethod.Delete, SwiftNames.Container(instance), null, cancellationToken);
            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotFound)
                return;
            // Conflict: something came in meanwhile, or the listing lagged behind.
            if (response.StatusCode != HttpStatusCode.Conflict || pass == ContainerPasses)
                throw SwiftErrors.Of(response, "DELETE " + SwiftNames.Container(instance));
            await Task.Delay(FirstPause * pass, cancellationToken);
        }
    }

    private async Task<Kind> KindAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await client.SendAsync(HttpMethod.Head, path, null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return Kind.Missing;
        if (!response.IsSuccessStatusCode)
            throw SwiftErrors.Of(response, "HEAD " + path);
        return response.Headers.Contains("X-Static-Large-Object") ? Kind.Large : Kind.Plain;
    }

    private async Task DeleteLargeAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await client.SendAsync(
            HttpMethod.Delete, path + "?multipart-manifest=delete", WantJson, cancellationToken);
        if (await ReadAsync(response, cancellationToken) is not { } result)
            throw SwiftErrors.Of(response, "DELETE " + path);
        result.ThrowOnErrors();
    }

    /// <summary>Segments that never got a manifest.</summary>
    private async Task DeleteSegmentsAsync(BlobKey key, CancellationToken cancellationToken)
    {
        await foreach (var page in listing.PagesAsync(key.Instance, SwiftNames.Segments(key), cancellationToken))
            await DeleteNamesAsync(key.Instance, page.Select(o => o.Name), cancellationToken);
    }

    /// <summary>Removes objects; those that do not exist are no error.</summary>
    public async Task DeleteNamesAsync(
        string instance, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        foreach (var batch in names.Chunk(SwiftListing.PageSize))
        {
            if (_noBulk || !await TryBulkAsync(instance, batch, cancellationToken))
                await EachAsync(batch, (name, ct) => DeleteNameAsync(instance, name, ct), cancellationToken);
        }
    }

    /// <summary>Removes many objects in one request; false when the server does not offer that.</summary>
    private async Task<bool> TryBulkAsync(string instance, string[] names, CancellationToken cancellationToken)
    {
        var body = new StringBuilder();
        foreach (var name in names)
            body.Append('/').Append(SwiftNames.Container(instance)).Append('/').Append(Uri.EscapeDataString(name)).Append('\n');
        using var response = await client.SendAsync(
            HttpMethod.Post,
            "?bulk-delete=true",
            request =>
            {
                WantJson(request);
                request.Content = new StringContent(body.ToString(), Encoding.UTF8, "text/plain");
            },
            cancellationToken);

        // Without the middleware it is a POST to the account: done without a body, or not allowed.
        if (await ReadAsync(response, cancellationToken) is not { } result)
        {
            _noBulk = true;
            return false;
        }

        result.ThrowOnErrors();
        return true;
    }

    private ValueTask DeleteNameAsync(string instance, string name, CancellationToken cancellationToken) => DeletePathAsync(
        SwiftContainers.InContainer(instance, Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal)),
        cancellationToken);

    private async ValueTask DeletePathAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await client.SendAsync(HttpMethod.Delete, path, null, cancellationToken);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotFound)
            throw SwiftErrors.Of(response, "DELETE " + path);
    }

    private static void WantJson(HttpRequestMessage request) =>
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

    private static Task EachAsync<T>(
        IEnumerable<T> items, Func<T, CancellationToken, ValueTask> delete, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            delete);

    /// <summary>What a bulk deletion reports in its body; null when the answer is not one.</summary>
    private static async Task<Outcome?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentType?.MediaType != "application/json")
            return null;
        try
        {
            return await response.Content.ReadFromJsonAsync<Outcome>(cancellationToken);
        }
        catch (Exception e) when (SwiftErrors.IsRemote(e))
        {
            throw SwiftErrors.Translate(e, "bulk deletion");
        }
    }

    private sealed record Outcome(
        [property: JsonPropertyName("Response Status")] string Status,
        [property: JsonPropertyName("Errors")] JsonElement Errors)
    {
        /// <summary>The status of the answer itself is sent before anything is done; this is what became of it.</summary>
        public void ThrowOnErrors()
        {
            if (Errors is { ValueKind: JsonValueKind.Array } errors && errors.GetArrayLength() > 0)
                throw new BlobStoreException(BlobError.Unavailable, $"Swift could not delete everything: {Errors}.");
            if (!Status.StartsWith('2') && !Status.StartsWith("404", StringComparison.Ordinal))
                throw new BlobStoreException(BlobError.Unavailable, $"Swift could not delete: {Status}.");
        }
    }
}
