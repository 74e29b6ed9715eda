using Cozy.Storage.Blobs;
using Cozy.Storage.Blobs.Swift;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Storage.Tests.Blobs.Swift;

/// <summary>The contract against a real Swift with its own login.</summary>
public class SwiftBlobStoreTests : BlobStoreContract
{
    private protected FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    private protected virtual SwiftOptions Options => SwiftServers.TempAuth;

    private protected override IBlobStore Open() => new SwiftBlobStore(Options, Time);

    private protected override void Expire() => Time.Advance(TimeSpan.FromHours(25));

    private protected override async Task<IReadOnlyList<string>> TracesAsync(string instance)
    {
        using var client = new SwiftClient(Options, null);
        List<string> names = [];
        await foreach (var page in new SwiftListing(client).PagesAsync(instance, "", Ct))
            names.AddRange(page.Select(o => o.Name));
        return names;
    }

    [Fact]
    public async Task A_name_is_that_of_the_originals_third_layout()
    {
        var key = new BlobKey(Instance, "0123456789abcdef0123456789abcdef", "0123456789abcdef");
        await BlobBytes.StoreAsync(Store, key, [1], true, Ct);
        Assert.Equal(["0123456789abcdef012345/6789a/bcdef/0123456789abcdef"], await TracesAsync(Instance));
        Assert.Equal($"cozy-v3-{Instance}", SwiftNames.Container(Instance));
    }

    [Theory]
    [InlineData("image/jpeg", "an image", true, true)]
    [InlineData("image/jpeg", "an image", false, true)]
    [InlineData("application/octet-stream", "", false, true)]
    [InlineData("application/octet-stream", "half an im", false, false)]
    public async Task A_thumbnail_of_the_original_is_taken_over_unless_it_is_half_of_one(string type, string bytes, bool tellsMd5, bool isTaken)
    {
        var key = new ThumbnailKey(Instance, "0197ec1c-1f3d-7a3e-8f7c-0123456789ab", "small", "00112233445566778899aabbccddeeff");
        using var client = new SwiftClient(Options, null);
        await new SwiftContainers(client).EnsureAsync(Instance, Ct);
        using var put = await client.SendAsync(
            HttpMethod.Put,
            SwiftContainers.InContainer(Instance, "thumbs/0197ec1c-1f3d-7a3e-8f7c-0123456789ab-small"),
            request =>
            {
                request.Content = new StringContent(bytes);
                request.Content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue(type);
                if (tellsMd5)
                    request.Headers.Add("X-Object-Meta-File-Md5", key.ContentMd5);
            },
            Ct);
        Assert.True(put.IsSuccessStatusCode);

        var found = await Store.Thumbnails.GetAsync(key, Ct);

        Assert.Equal(isTaken ? bytes : null, found is { } image ? System.Text.Encoding.UTF8.GetString(image.Span) : null);
    }

    [Fact]
    public async Task Pending_is_what_is_older_than_the_expiry()
    {
        var key = NewKey();
        await using (var upload = await Store.BeginUploadAsync(key, 0, Ct))
            await upload.CompleteAsync(BlobBytes.Digest([]), Ct);
        Time.Advance(TimeSpan.FromHours(23));
        Assert.Empty(await Store.ListPendingAsync(Instance, Ct));
        Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal([key], await Store.ListPendingAsync(Instance, Ct));
        await Store.DeleteAsync([key], Ct);
        Assert.Empty(await TracesAsync(Instance));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70_000)]
    public async Task A_link_is_good_for_its_content_and_its_time_alone(int length)
    {
        var options = Options;
        (options.TempUrlKey, options.SegmentBytes) = ("a secret of the farm", 65_536);
        await using var store = new SwiftBlobStore(options, TimeProvider.System);
        var (key, other) = (NewKey(), NewKey());
        var bytes = BlobBytes.Make(length);
        await BlobBytes.StoreAsync(store, key, bytes, true, Ct);
        await BlobBytes.StoreAsync(store, other, [2], true, Ct);

        var link = (await store.LinkAsync(key, "été \"1\".txt", Ct))!;
        using var browser = new HttpClient();
        using var answer = await browser.GetAsync(link, Ct);
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("été \"1\".txt", answer.Content.Headers.ContentDisposition?.FileNameStar);

        var path = link.AbsoluteUri.Replace(SwiftNames.Content(key), SwiftNames.Content(other), StringComparison.Ordinal);
        using var wrong = await browser.GetAsync(new Uri(path), Ct);
        Assert.Equal(401, (int)wrong.StatusCode);
        using var deleted = await browser.DeleteAsync(link, Ct);
        Assert.Equal(401, (int)deleted.StatusCode);
        var past = new SwiftBlobStore(options, new FakeTimeProvider(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(11)));
        await using (past)
        {
            using var late = await browser.GetAsync(await past.LinkAsync(key, "x", Ct), Ct);
            Assert.Equal(401, (int)late.StatusCode);
        }

        Assert.Null(await Store.LinkAsync(key, "x", Ct));
    }
}
