using Cozy.Storage.Blobs;
using Xunit;

namespace Cozy.Storage.Tests.Blobs;

/// <summary>Listing all there is.</summary>
public abstract partial class BlobStoreContract
{
    [Fact]
    public async Task Contents_are_listed_with_what_is_known_of_them()
    {
        var (confirmed, odd) = (NewKey(), new BlobKey(Instance, "io.cozy.files.some-file", "v1"));
        await BlobBytes.StoreAsync(Store, confirmed, [1, 2, 3], true, Ct);
        await BlobBytes.StoreAsync(Store, odd, [1], true, Ct);
        await Store.Thumbnails.PutAsync(new ThumbnailKey(Instance, confirmed.FileId, "tiny", Md5), new byte[] { 1 }, Ct);
        Expire();

        var found = await ListAsync();
        Assert.Equal([confirmed, odd], found.Select(listing => listing.Key).OrderBy(key => key == odd));
        var listing = Assert.Single(found, listing => listing.Key == confirmed);
        Assert.Equal(3, listing.Length);
        Assert.False(listing.MayBePending);
        Assert.True(listing.Md5 is null or "5289df737df57326fcdd22597afb1fac");
        List<string> files = [];
        await foreach (var file in Store.Thumbnails.ListAsync(Instance, Ct))
            files.Add(file);
        Assert.Equal([confirmed.FileId], files.Distinct());
    }

    [Fact]
    public async Task What_an_upload_may_answer_for_is_listed_as_such()
    {
        var key = NewKey();
        await using var upload = await Store.BeginUploadAsync(key, 1, Ct);
        await upload.WriteAsync(new byte[] { 1 }, Ct);
        Assert.Empty(await ListAsync());
        await upload.CompleteAsync(BlobBytes.Digest([1]), Ct);
        Assert.True(Assert.Single(await ListAsync()).MayBePending);
    }

    private async Task<List<BlobListing>> ListAsync()
    {
        List<BlobListing> found = [];
        await foreach (var listing in Store.ListAsync(Instance, Ct))
            found.Add(listing);
        return found;
    }
}
