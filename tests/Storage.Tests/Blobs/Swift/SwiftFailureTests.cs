using System.Net;
using Cozy.Storage.Blobs;
using Cozy.Storage.Blobs.Swift;
using Microsoft.Extensions.Time.Testing;
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
        (_spy.Spoil, _spy.Answer, _spy.Cut) = (_ => { }, _ => null, _ => null);
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
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(498)]
    [InlineData(499)]
    public async Task An_upload_waits_for_a_server_that_stumbles_before_its_first_byte(int status)
    {
        var failures = 2;
        _spy.Answer = request => request.Headers.ExpectContinue == true && Interlocked.Decrement(ref failures) >= 0
            ? (HttpStatusCode)status
            : null;
        await BlobBytes.StoreAsync(_store, _key, _bytes, true, Ct);
        Assert.Equal(_bytes, await BlobBytes.ReadAsync(_store, _key, null, Ct));
    }

    [Theory]
    [InlineData(150_000)]
    [InlineData(-150_000)]
    public async Task A_read_goes_on_where_the_connection_broke(int cut)
    {
        var options = SwiftServers.TempAuth;
        options.RequestTimeout = TimeSpan.FromSeconds(2);
        var spy = new SwiftSpy();
        await using var store = new SwiftBlobStore(options, TimeProvider.System, spy);
        await BlobBytes.StoreAsync(_store, _key, _bytes, true, Ct);
        var cuts = 2;
        spy.Cut = request => request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.Contains("/file/", StringComparison.Ordinal)
            && Interlocked.Decrement(ref cuts) >= 0 ? cut : null;
        Assert.Equal(_bytes, await BlobBytes.ReadAsync(store, _key, null, Ct));

        cuts = 1;
        Assert.Equal(_bytes[50_000..400_000], await BlobBytes.ReadAsync(store, _key, new BlobRange(50_000, 350_000), Ct));
    }

    [Fact]
    public async Task A_read_that_brings_nothing_any_more_fails()
    {
        await BlobBytes.StoreAsync(_store, _key, _bytes, true, Ct);
        var gets = 0;
        _spy.Cut = request => request.Method == HttpMethod.Get ? (Interlocked.Increment(ref gets) == 1 ? 100_000 : 0) : null;
        await Assert.ThrowsAnyAsync<IOException>(() => BlobBytes.ReadAsync(_store, _key, null, Ct));
        Assert.InRange(gets, 2, 4);
    }

    [Fact]
    public async Task A_slow_upload_is_not_taken_for_abandoned_meanwhile()
    {
        var options = SwiftServers.TempAuth;
        options.SegmentBytes = 100_000;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var spy = new SwiftSpy();
        await using var store = new SwiftBlobStore(options, time, spy);
        await using var upload = await store.BeginUploadAsync(_key, null, Ct);
        await upload.WriteAsync(_bytes.AsMemory(0, 150_000), Ct);
        Assert.Equal(1, Marks());
        time.Advance(TimeSpan.FromHours(7));
        await upload.WriteAsync(_bytes.AsMemory(150_000), Ct);
        Assert.Equal(2, Marks());
        await upload.CompleteAsync(BlobBytes.Digest(_bytes), Ct);
        Assert.Equal(2, Marks());

        int Marks() => spy.Sent.Count(sent => sent.StartsWith("PUT", StringComparison.Ordinal) && sent.Contains("/pending/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(HttpStatusCode.InsufficientStorage, BlobError.Full, 1)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, BlobError.TooLarge, 1)]
    [InlineData(HttpStatusCode.UnprocessableEntity, BlobError.Mismatch, 1)]
    [InlineData(HttpStatusCode.ServiceUnavailable, BlobError.Unavailable, 3)]
    public async Task A_refused_upload_says_why_and_leaves_nothing(HttpStatusCode status, BlobError kind, int attempts)
    {
        _spy.Answer = request => request.Headers.ExpectContinue == true ? status : null;
        var e = await Assert.ThrowsAsync<BlobStoreException>(
            () => BlobBytes.StoreAsync(_store, _key, _bytes, true, Ct));
        Assert.Equal(kind, e.Kind);
        Assert.Equal(attempts, _spy.Sent.Count(s => s.Contains("/file/version", StringComparison.Ordinal)
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
