using Cozy.Storage.Blobs;
using Xunit;

namespace Cozy.Storage.Tests.Blobs;

/// <summary>Thumbnails.</summary>
public abstract partial class BlobStoreContract
{
    private const string Md5 = "0cc175b9c0f1b6a831c399e269772661";
    private const string OtherMd5 = "92eb5ffee6ae2fec3ad71c777531578f";

    [Fact]
    public async Task A_thumbnail_is_found_for_its_content_alone()
    {
        var key = new ThumbnailKey(Instance, Guid.NewGuid().ToString("n"), "small", Md5);
        Assert.Null(await Store.Thumbnails.GetAsync(key, Ct));
        await Store.Thumbnails.PutAsync(key, new byte[] { 1, 2, 3 }, Ct);
        Assert.Equal(new byte[] { 1, 2, 3 }, (await Reopen().Thumbnails.GetAsync(key, Ct))!.Value.ToArray());
        Assert.Null(await Store.Thumbnails.GetAsync(key with { Format = "tiny" }, Ct));
        Assert.Null(await Store.Thumbnails.GetAsync(key with { FileId = "other" }, Ct));
        Assert.Null(await Store.Thumbnails.GetAsync(key with { ContentMd5 = OtherMd5 }, Ct));
    }

    [Fact]
    public async Task A_thumbnail_of_a_new_content_replaces_the_old_one()
    {
        var old = new ThumbnailKey(Instance, Guid.NewGuid().ToString("n"), "tiny", Md5);
        await Store.Thumbnails.PutAsync(old, new byte[] { 1 }, Ct);
        await Store.Thumbnails.PutAsync(old with { ContentMd5 = OtherMd5 }, new byte[] { 2 }, Ct);
        await Store.Thumbnails.PutAsync(old with { ContentMd5 = OtherMd5 }, new byte[] { 3 }, Ct);
        Assert.Null(await Store.Thumbnails.GetAsync(old, Ct));
        Assert.Equal(new byte[] { 3 }, (await Store.Thumbnails.GetAsync(old with { ContentMd5 = OtherMd5 }, Ct))!.Value.ToArray());
        Assert.Single(await TracesAsync(Instance));
    }

    [Fact]
    public async Task That_none_can_be_made_is_remembered()
    {
        var key = new ThumbnailKey(Instance, "io.cozy.files.root-dir", "large", Md5);
        await Store.Thumbnails.PutAsync(key, ReadOnlyMemory<byte>.Empty, Ct);
        Assert.True((await Store.Thumbnails.GetAsync(key, Ct))!.Value.IsEmpty);
    }

    [Fact]
    public async Task Thumbnails_go_with_their_files_and_with_their_instance()
    {
        var files = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid().ToString("n")).ToArray();
        foreach (var file in files)
        {
            foreach (var format in ThumbnailKey.Formats)
                await Store.Thumbnails.PutAsync(new ThumbnailKey(Instance, file, format, Md5), new byte[] { 1 }, Ct);
        }

        await Store.Thumbnails.DeleteAsync(Instance, [files[0], files[1], "never-was"], Ct);
        Assert.Null(await Store.Thumbnails.GetAsync(new ThumbnailKey(Instance, files[0], "tiny", Md5), Ct));
        Assert.NotNull(await Store.Thumbnails.GetAsync(new ThumbnailKey(Instance, files[2], "tiny", Md5), Ct));
        await Store.DeleteInstanceAsync(Instance, Ct);
        Assert.Empty(await TracesAsync(Instance));
    }

    [Theory]
    [InlineData("../x", "tiny")]
    [InlineData("a/b", "tiny")]
    [InlineData("file", "../tiny")]
    [InlineData("", "tiny")]
    public async Task A_thumbnail_has_no_name_that_leads_elsewhere(string fileId, string format)
    {
        var key = new ThumbnailKey(Instance, fileId, format, Md5);
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Thumbnails.PutAsync(key, new byte[] { 1 }, Ct));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Thumbnails.GetAsync(key, Ct));
    }
}
