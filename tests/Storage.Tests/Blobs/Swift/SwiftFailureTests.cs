using System.Net;
using Cozy.Storage.Blobs;
using Cozy.Storage.Blobs.Swift;
using Xunit;

namespace Cozy.Storage.Tests.Blobs.Swift;

/// <summary>What becomes of a request when a token ends, the server stumbles, or is not there.</summary>
public sealed class SwiftFailureTests : IAsyncLifetime
{
    private readonly SwiftSpy _spy = new();
    private readonly BlobKey _key = new("cozy" + Guid.NewGuid().ToString("n"), "file", "version");
    private readonly byte[] _bytes = BlobBytes.Make(500_000);
    private SwiftBlobStore _store = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _store = new SwiftBlobStore(SwiftServers.TempAuth, TimeProvider.System, _spy);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        (_spy.Spoil, _spy.Answer) = (_ => { }, _ => null);
        await _store.DeleteInstanceAsync(_key.Instance, CancellationToken.None);
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_token_that_ended_is_renewed_once_for_all_that_wait()
    {
        await _store.PingAsync(Ct);
        var logins = _spy.Count("GET /auth/v1.0");
        _spy.Spoil = request =>
        {
            if (_spy.Count("GET /auth/v1.0") == logins)
                Revoke(request);
        };
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _store.PingAsync(Ct)));
        Assert.Equal(logins + 1, _spy.Count("GET /auth/v1.0"));
    }

    [Fact]
    public async Task An_upload_survives_the_end_of_its_token()
    {
        await _store.PingAsync(Ct);
        var spoiled = 0;
        _spy.Spoil = request =>
        {
            if (request.Headers.ExpectContinue == true && Interlocked.Exchange(ref spoiled, 1) == 0)
                Revoke(request);
        };
        await BlobBytes.StoreAsync(_store, _key, _bytes, true, Ct);
        Assert.Equal(1, spoiled);
        Assert.Equal(_bytes, await BlobBytes.ReadAsync(_store, _key, null, Ct));
    }

    [Fact]
    public async Task A_read_is_tried_again_when_the_server_stumbles()
    {
        await BlobBytes.StoreAsync(_store, _key, _bytes, true, Ct);
        var failures = 2;
        _spy.Answer = request => request.Method == HttpMethod.Get && Interlocked.Decrement(ref failures) >= 0
            ? HttpStatusCode.ServiceUnavailable
            : null;
        Assert.Equal(_bytes, await BlobBytes.ReadAsync(_store, _key, null, Ct));
    }

    [Theory]
    [InlineData(HttpStatusCode.InsufficientStorage, BlobError.Full)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, BlobError.TooLarge)]
    [InlineData(HttpStatusCode.UnprocessableEntity, BlobError.Mismatch)]
    [InlineData(HttpStatusCode.ServiceUnavailable, BlobError.Unavailable)]
    public async Task A_refused_upload_says_why_and_leaves_nothing(HttpStatusCode status, BlobError kind)
    {
        _spy.Answer = request => request.Headers.ExpectContinue == true ? status : null;
        var e = await Assert.ThrowsAsync<BlobStoreException>(
            () => BlobBytes.StoreAsync(_store, _key, _bytes, true, Ct));
        Assert.Equal(kind, e.Kind);
        Assert.Equal(1, _spy.Sent.Count(s => s.Contains("/file/version", StringComparison.Ordinal)
            && s.StartsWith("PUT", StringComparison.Ordinal) && !s.Contains("pending", StringComparison.Ordinal)));
        Assert.Null(await _store.OpenAsync(_key, null, Ct));
    }

    [Fact]
    public async Task Without_bulk_deletion_objects_are_deleted_one_by_one()
    {
        _spy.Answer = request => request.Method == HttpMethod.Post ? HttpStatusCode.NoContent : null;
        var keys = Enumerable.Range(0, 17).Select(i => _key with { VersionId = $"v{i}" }).ToList();
        foreach (var key in keys)
            await BlobBytes.StoreAsync(_store, key, [1], true, Ct);
        await _store.DeleteAsync(keys, Ct);
        foreach (var key in keys)
            Assert.Null(await _store.OpenAsync(key, null, Ct));
        Assert.Equal(1, _spy.Count("POST"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        var options = SwiftServers.TempAuth;
        options.AuthUrl = "http://127.0.0.1:1/auth/v1.0";
        await using var store = new SwiftBlobStore(options, TimeProvider.System);
        var e = await Assert.ThrowsAsync<BlobStoreException>(() => store.PingAsync(Ct));
        Assert.Equal(BlobError.Unavailable, e.Kind);
        await Assert.ThrowsAsync<BlobStoreException>(() => BlobBytes.StoreAsync(store, _key, _bytes, true, Ct));
    }

    private static void Revoke(HttpRequestMessage request)
    {
        request.Headers.Remove("X-Auth-Token");
        request.Headers.Add("X-Auth-Token", "AUTH_tkgone");
    }
}
