using System.Net;
using Cozy.Storage.Blobs;
using Cozy.Storage.Blobs.Swift;
using Xunit;

namespace Cozy.Storage.Tests.Blobs.Swift;

/// <summary>The same Swift behind Keystone v3: what differs is the login.</summary>
public sealed class KeystoneSwiftTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_content_goes_there_and_back()
    {
        await using var store = new SwiftBlobStore(SwiftServers.Keystone, TimeProvider.System);
        var key = new BlobKey("cozy" + Guid.NewGuid().ToString("n"), "file", "version");
        var bytes = BlobBytes.Make(1_000_000);
        await store.PingAsync(Ct);
        await BlobBytes.StoreAsync(store, key, bytes, true, Ct);
        Assert.Equal(bytes, await BlobBytes.ReadAsync(store, key, null, Ct));
        await store.DeleteInstanceAsync(key.Instance, Ct);
        Assert.Null(await store.OpenAsync(key, null, Ct));
    }

    [Fact]
    public async Task Many_requests_that_find_no_token_log_in_once()
    {
        // The login is Keystone's; the account's answers are not what this is about.
        var spy = new SwiftSpy { Answer = r => r.Method == HttpMethod.Head ? HttpStatusCode.NoContent : null };
        await using var store = new SwiftBlobStore(SwiftServers.Keystone, TimeProvider.System, spy);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.PingAsync(Ct)));
        Assert.Equal(1, spy.Count("POST /v3/auth/tokens"));
    }

    [Fact]
    public async Task A_wrong_password_is_told()
    {
        var options = SwiftServers.Keystone;
        options.Key = "wrong";
        await using var store = new SwiftBlobStore(options, TimeProvider.System);
        var e = await Assert.ThrowsAsync<BlobStoreException>(() => store.PingAsync(Ct));
        Assert.Equal(BlobError.Unavailable, e.Kind);
        Assert.Contains("401", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_region_without_object_store_is_told()
    {
        var options = SwiftServers.Keystone;
        options.Region = "Elsewhere";
        await using var store = new SwiftBlobStore(options, TimeProvider.System);
        var e = await Assert.ThrowsAsync<BlobStoreException>(() => store.PingAsync(Ct));
        Assert.Equal(BlobError.Unavailable, e.Kind);
    }
}
