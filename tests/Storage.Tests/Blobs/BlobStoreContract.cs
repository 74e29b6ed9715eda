using Cozy.Storage.Blobs;
using Xunit;

namespace Cozy.Storage.Tests.Blobs;

/// <summary>What every blob store does. Derived once per adapter.</summary>
public abstract partial class BlobStoreContract : IAsyncLifetime
{
    private readonly List<IBlobStore> _stores = [];

    private protected IBlobStore Store { get; private set; } = null!;

    private protected string Instance { get; } = "cozy" + Guid.NewGuid().ToString("n");

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Opens the store under test, as a process does at its start.</summary>
    private protected abstract IBlobStore Open();

    /// <summary>Lets enough time pass that an upload nobody runs any more counts as abandoned.</summary>
    private protected abstract void Expire();

    /// <summary>Whether a wrong MD5 is noticed by the store itself.</summary>
    private protected virtual bool ChecksMd5 => true;

    /// <summary>Whether anything at all is kept for an instance, in any state.</summary>
    private protected abstract Task<IReadOnlyList<string>> TracesAsync(string instance);

    public virtual ValueTask InitializeAsync()
    {
        Store = Reopen();
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DeleteInstanceAsync(Instance, CancellationToken.None);
        foreach (var store in _stores)
            await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected IBlobStore Reopen()
    {
        _stores.Add(Open());
        return _stores[^1];
    }

    private protected BlobKey NewKey() => new(Instance, Guid.NewGuid().ToString("n"), Guid.NewGuid().ToString("n")[..16]);

    [Fact]
    public Task Answers_a_ping() => Store.PingAsync(Ct);

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(65_535, true)]
    [InlineData(65_536, true)]
    [InlineData(65_537, false)]
    [InlineData(131_072, true)]
    [InlineData(20 * 1024 * 1024, true)]
    [InlineData(20 * 1024 * 1024, false)]
    public async Task What_was_uploaded_is_read_back(int length, bool tellLength)
    {
        var (key, bytes) = (NewKey(), BlobBytes.Make(length));
        await BlobBytes.StoreAsync(Store, key, bytes, tellLength, Ct);
        Assert.Equal(bytes, await BlobBytes.ReadAsync(Reopen(), key, null, Ct));
        await using var content = await Store.OpenAsync(key, null, Ct);
        Assert.Equal(length, content!.Length);
    }

    [Fact]
    public async Task Ids_of_every_allowed_form_stay_apart()
    {
        BlobKey[] keys = [new(Instance, "a-b", "c"), new(Instance, "a", "b-c"), new(Instance, "A", "b_c.d"), new(Instance, "pending", "x")];
        for (var i = 0; i < keys.Length; i++)
            await BlobBytes.StoreAsync(Store, keys[i], [(byte)i], true, Ct);
        for (var i = 0; i < keys.Length; i++)
            Assert.Equal(new[] { (byte)i }, await BlobBytes.ReadAsync(Store, keys[i], null, Ct));
        Expire();
        Assert.Empty(await Reopen().ListPendingAsync(Instance, Ct));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 200_000)]
    [InlineData(99_990, 20)]
    [InlineData(199_999, 1)]
    [InlineData(70_000, 0)]
    public async Task A_range_is_read(long offset, long length)
    {
        var (key, bytes) = (NewKey(), BlobBytes.Make(200_000));
        await BlobBytes.StoreAsync(Store, key, bytes, true, Ct);
        Assert.Equal(
            bytes.AsSpan((int)offset, (int)length).ToArray(),
            await BlobBytes.ReadAsync(Store, key, new BlobRange(offset, length), Ct));
        await using var content = await Store.OpenAsync(key, new BlobRange(offset, length), Ct);
        Assert.Equal(200_000, content!.Length);
    }

    [Theory]
    [InlineData(0, 11)]
    [InlineData(10, 1)]
    [InlineData(11, 0)]
    [InlineData(long.MaxValue - 1, 1)]
    public async Task A_range_outside_the_content_is_refused(long offset, long length)
    {
        var key = NewKey();
        await BlobBytes.StoreAsync(Store, key, BlobBytes.Make(10), true, Ct);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Store.OpenAsync(key, new BlobRange(offset, length), Ct));
    }

    [Fact]
    public async Task What_does_not_exist_opens_as_null()
    {
        Assert.Null(await Store.OpenAsync(NewKey(), null, Ct));
        Assert.Null(await Store.OpenAsync(NewKey(), new BlobRange(0, 0), Ct));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(null)]
    public async Task A_wrong_length_leaves_nothing(int? announced)
    {
        var (key, bytes) = (NewKey(), BlobBytes.Make(100_000));
        await using (var upload = await Store.BeginUploadAsync(key, announced, Ct))
        {
            await BlobBytes.WriteAsync(upload, bytes[..99_999], Ct);
            var e = await Assert.ThrowsAsync<BlobStoreException>(
                () => upload.CompleteAsync(BlobBytes.Digest(bytes), Ct));
            Assert.Equal(BlobError.Mismatch, e.Kind);
        }

        await AssertNothingLeftAsync(key);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_md5_leaves_nothing(bool tellLength)
    {
        Assert.SkipUnless(ChecksMd5, "this store takes the sender's MD5 for granted");
        var (key, bytes) = (NewKey(), BlobBytes.Make(100_000));
        await using (var upload = await Store.BeginUploadAsync(key, tellLength ? bytes.Length : null, Ct))
        {
            await BlobBytes.WriteAsync(upload, bytes, Ct);
            var other = BlobBytes.Digest(BlobBytes.Make(bytes.Length, seed: 2));
            var e = await Assert.ThrowsAsync<BlobStoreException>(() => upload.CompleteAsync(other, Ct));
            Assert.Equal(BlobError.Mismatch, e.Kind);
        }

        await AssertNothingLeftAsync(key);
    }

    [Theory]
    [InlineData(3_000_000)]
    [InlineData(null)]
    public async Task An_upload_given_up_leaves_nothing(int? announced)
    {
        var key = NewKey();
        await using (var upload = await Store.BeginUploadAsync(key, announced, Ct))
            await BlobBytes.WriteAsync(upload, BlobBytes.Make(1_000_000), Ct);
        await AssertNothingLeftAsync(key);
    }

    [Fact]
    public async Task An_upload_given_up_can_be_begun_again()
    {
        var (key, bytes) = (NewKey(), BlobBytes.Make(1000));
        await using (var upload = await Store.BeginUploadAsync(key, 2000, Ct))
            await upload.WriteAsync(bytes, Ct);
        await BlobBytes.StoreAsync(Store, key, bytes, true, Ct);
        Assert.Equal(bytes, await BlobBytes.ReadAsync(Store, key, null, Ct));
    }

    [Fact]
    public async Task A_content_cannot_be_read_before_it_is_complete()
    {
        var (key, bytes) = (NewKey(), BlobBytes.Make(300_000));
        await using var upload = await Store.BeginUploadAsync(key, bytes.Length, Ct);
        await BlobBytes.WriteAsync(upload, bytes, Ct);
        Assert.Null(await Store.OpenAsync(key, null, Ct));
        await upload.CompleteAsync(BlobBytes.Digest(bytes), Ct);
        Assert.Equal(bytes, await BlobBytes.ReadAsync(Store, key, null, Ct));
    }

    [Fact]
    public async Task An_existing_content_is_never_overwritten()
    {
        var (key, bytes) = (NewKey(), BlobBytes.Make(300_000));
        await BlobBytes.StoreAsync(Store, key, bytes, true, Ct);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => BlobBytes.StoreAsync(Reopen(), key, BlobBytes.Make(300_000, seed: 3), true, Ct));
        Assert.Equal(bytes, await BlobBytes.ReadAsync(Store, key, null, Ct));
    }

    [Fact]
    public async Task Many_uploads_at_once_do_not_mix()
    {
        var keys = Enumerable.Range(0, 24).Select(i => (Key: NewKey(), Bytes: BlobBytes.Make(200_000 + i, i))).ToList();
        await Parallel.ForEachAsync(
            keys,
            new ParallelOptions { MaxDegreeOfParallelism = 24, CancellationToken = Ct },
            async (k, ct) => await BlobBytes.StoreAsync(Store, k.Key, k.Bytes, true, ct));
        foreach (var (key, bytes) in keys)
            Assert.Equal(bytes, await BlobBytes.ReadAsync(Store, key, null, Ct));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("../../etc/passwd")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("a b")]
    [InlineData("a~b")]
    [InlineData("a%2Fb")]
    [InlineData("é")]
    public async Task Ids_that_are_no_safe_names_are_refused(string hostile)
    {
        BlobKey[] keys = [new(hostile, "f", "v"), new(Instance, hostile, "v"), new(Instance, "f", hostile)];
        foreach (var key in keys)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Store.BeginUploadAsync(key, 1, Ct));
            await Assert.ThrowsAsync<ArgumentException>(async () => await Store.OpenAsync(key, null, Ct));
            await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ConfirmAsync(key, Ct));
            await Assert.ThrowsAsync<ArgumentException>(async () => await Store.DeleteAsync([key], Ct));
        }

        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ListPendingAsync(hostile, Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.DeleteInstanceAsync(hostile, Ct));
    }

    private async Task AssertNothingLeftAsync(BlobKey key)
    {
        Assert.Null(await Store.OpenAsync(key, null, Ct));
        Assert.Empty(await TracesAsync(Instance));
        Expire();
        Assert.Empty(await Reopen().ListPendingAsync(Instance, Ct));
    }
}
