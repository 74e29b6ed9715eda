using Cozy.Storage.Blobs;
using Cozy.Storage.Blobs.Swift;
using Xunit;

namespace Cozy.Storage.Tests.Blobs.Swift;

/// <summary>The whole contract again with segments so small that most contents are large objects.</summary>
public sealed class LargeObjectTests : SwiftBlobStoreTests
{
    private const int SegmentBytes = 190_000;

    private protected override SwiftOptions Options
    {
        get
        {
            var options = SwiftServers.TempAuth;
            options.SegmentBytes = SegmentBytes;
            return options;
        }
    }

    [Theory]
    [InlineData(SegmentBytes, true, 0)]
    [InlineData(SegmentBytes + 1, true, 2)]
    [InlineData(3 * SegmentBytes, true, 3)]
    [InlineData(3 * SegmentBytes, false, 3)]
    [InlineData(1, false, 1)]
    public async Task A_content_is_cut_into_segments_and_deleted_with_them(int length, bool tellLength, int segments)
    {
        var (key, bytes) = (NewKey(), BlobBytes.Make(length));
        await BlobBytes.StoreAsync(Store, key, bytes, tellLength, Ct);
        var names = await TracesAsync(Instance);
        Assert.Equal(segments, names.Count(n => n.StartsWith(SwiftNames.SegmentsPrefix, StringComparison.Ordinal)));
        Assert.Equal(segments + 1, names.Count);
        Assert.Equal(bytes, await BlobBytes.ReadAsync(Store, key, null, Ct));
        await Store.DeleteAsync([key], Ct);
        Assert.Empty(await TracesAsync(Instance));
    }

    [Fact]
    public async Task Segments_a_dead_process_left_go_with_the_pending_content()
    {
        var key = NewKey();
        using (var client = new SwiftClient(Options, null))
        {
            // Marked, one segment written, then killed.
            var containers = new SwiftContainers(client);
            await containers.EnsureAsync(Instance, Ct);
            await containers.MarkPendingAsync(key, Ct);
            await using var put = new SwiftPut(client, SwiftContainers.SegmentPath(key, 0), () => Task.CompletedTask);
            await put.WriteAsync(new byte[1], Ct);
            await put.FinishAsync(Ct);
        }

        Expire();
        Assert.Equal([key], await Store.ListPendingAsync(Instance, Ct));
        await Store.DeleteAsync([key], Ct);
        Assert.Empty(await TracesAsync(Instance));
    }

    [Fact]
    public async Task Segments_that_belong_to_nothing_are_listed_to_be_removed()
    {
        var (key, whole) = (NewKey(), NewKey());
        await BlobBytes.StoreAsync(Store, whole, BlobBytes.Make(SegmentBytes + 1), true, Ct);
        using (var client = new SwiftClient(Options, null))
        {
            // Of an upload whose mark is gone, or of a content that was not removed to its end.
            await using var put = new SwiftPut(client, SwiftContainers.SegmentPath(key, 0), () => Task.CompletedTask);
            await put.WriteAsync(new byte[1], Ct);
            await put.FinishAsync(Ct);
        }

        Assert.True((await ListAsync(key)).MayBePending);
        Expire();
        var rest = await ListAsync(key);
        Assert.Equal(new BlobListing(key, null, null, false) { IsRest = true }, rest);
        Assert.False((await ListAsync(whole)).IsRest);
        await Store.DeleteAsync([key], Ct);
        Assert.Equal(3, (await TracesAsync(Instance)).Count);

        async Task<BlobListing> ListAsync(BlobKey wanted)
        {
            await foreach (var listing in Store.ListAsync(Instance, Ct))
            {
                if (listing.Key == wanted)
                    return listing;
            }

            throw new KeyNotFoundException();
        }
    }

    [Fact]
    public async Task Deleting_many_takes_the_segments_of_the_large_ones_along()
    {
        var keys = Enumerable.Range(0, 20).Select(_ => NewKey()).ToList();
        foreach (var key in keys)
            await BlobBytes.StoreAsync(Store, key, BlobBytes.Make(key == keys[3] ? 2 * SegmentBytes : 1), true, Ct);
        await Store.DeleteAsync(keys, Ct);
        Assert.Empty(await TracesAsync(Instance));
    }

    [Fact]
    public async Task More_segments_than_Swift_takes_are_refused_at_once()
    {
        var e = await Assert.ThrowsAsync<BlobStoreException>(
            () => Store.BeginUploadAsync(NewKey(), (1000L * SegmentBytes) + 1, Ct));
        Assert.Equal(BlobError.TooLarge, e.Kind);
    }
}
