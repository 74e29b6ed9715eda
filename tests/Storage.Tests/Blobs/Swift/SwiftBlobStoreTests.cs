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
}
