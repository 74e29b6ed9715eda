using Cozy.Storage.Blobs;
using Cozy.Storage.Blobs.LocalDisk;
using Xunit;

namespace Cozy.Storage.Tests.Blobs.LocalDisk;

public class LocalDiskBlobStoreTests : BlobStoreContract
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "cozy-blobs-" + Guid.NewGuid().ToString("n"));

    private protected override bool ChecksMd5 => false;

    private protected override IBlobStore Open() => new LocalDiskBlobStore(Options);

    private protected virtual LocalDiskOptions Options => new() { Directory = _folder };

    private string Uploads => Path.Combine(_folder, Instance, "uploads");

    private protected override void Expire()
    {
        // Nothing to wait for: the end of an upload is seen at once.
    }

    private protected override Task<IReadOnlyList<string>> TracesAsync(string instance)
    {
        var folder = Path.Combine(_folder, instance);
        return Task.FromResult<IReadOnlyList<string>>(
            Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : []);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_deleted_while_it_is_listed_does_no_harm()
    {
        var keys = Enumerable.Range(0, 300).Select(_ => NewKey()).ToList();
        foreach (var key in keys)
            await BlobBytes.StoreAsync(Store, key, [1], true, Ct);
        var deleting = Task.Run(async () =>
        {
            foreach (var key in keys)
                await Store.DeleteAsync([key], Ct);
        }, Ct);
        while (!deleting.IsCompleted)
        {
            await foreach (var listing in Store.ListAsync(Instance, Ct))
                Assert.Equal(1, listing.Length);
        }

        await deleting;
    }

    [Fact]
    public async Task A_content_is_never_replaced_by_another()
    {
        var key = NewKey();
        await BlobBytes.StoreAsync(Store, key, [1], true, Ct);
        await Assert.ThrowsAsync<InvalidOperationException>(() => BlobBytes.StoreAsync(Store, key, [2], true, Ct));
        Assert.Equal([1], await BlobBytes.ReadAsync(Store, key, null, Ct));
        Assert.Empty(await Reopen().ListPendingAsync(Instance, Ct));
    }

    [Fact]
    public async Task A_content_is_given_as_a_path_for_the_server_to_send()
    {
        var key = NewKey();
        await BlobBytes.StoreAsync(Store, key, [1, 2, 3], true, Ct);
        await using var content = await Store.OpenAsync(key, new BlobRange(1, 1), Ct);
        Assert.Null(content!.Stream);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(content.LocalPath!, Ct));
        Assert.StartsWith(_folder, content.LocalPath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_torso_a_dead_process_left_is_swept_at_first_use()
    {
        Directory.CreateDirectory(Uploads);
        var torso = Path.Combine(Uploads, "file~version");
        await File.WriteAllBytesAsync(torso, [1, 2, 3], Ct);
        await BlobBytes.StoreAsync(Store, NewKey(), [1], true, Ct);
        Assert.False(File.Exists(torso));
    }

    [Fact]
    public async Task The_upload_of_a_living_process_is_not_swept()
    {
        var (key, bytes) = (NewKey(), BlobBytes.Make(500_000));
        await using var upload = await Store.BeginUploadAsync(key, bytes.Length, Ct);
        await BlobBytes.WriteAsync(upload, bytes, Ct);
        await BlobBytes.StoreAsync(Reopen(), NewKey(), [1], true, Ct);
        await upload.CompleteAsync(BlobBytes.Digest(bytes), Ct);
        await Store.ConfirmAsync(key, Ct);
        Assert.Equal(bytes, await BlobBytes.ReadAsync(Store, key, null, Ct));
    }

    [Fact]
    public async Task A_pending_content_marked_without_a_link_is_listed_and_confirmed()
    {
        // As it is left where the file system has no hard links.
        var key = NewKey();
        await BlobBytes.StoreAsync(Store, key, [1], true, Ct);
        var marker = Path.Combine(Uploads, $"{key.FileId}~{key.VersionId}~");
        await File.WriteAllBytesAsync(marker, [], Ct);
        Assert.Equal([key], await Store.ListPendingAsync(Instance, Ct));
        await Store.ConfirmAsync(key, Ct);
        Assert.Empty(await Store.ListPendingAsync(Instance, Ct));
        Assert.False(File.Exists(marker));
    }

    [Fact]
    public async Task A_content_a_level_deeper_where_older_versions_put_it_is_read_listed_and_deleted()
    {
        var key = NewKey();
        await BlobBytes.StoreAsync(Store, key, [1, 2, 3], true, Ct);
        var path = Assert.Single(await TracesAsync(Instance));
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(Path.GetFileName(path)));
        var deeper = Path.Combine(Path.GetDirectoryName(path)!, $"{hash[1]:x2}");
        Directory.CreateDirectory(deeper);
        File.Move(path, Path.Combine(deeper, Path.GetFileName(path)));

        Assert.Equal([1, 2, 3], await BlobBytes.ReadAsync(Store, key, null, Ct));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.BeginUploadAsync(key, 3, Ct));
        var listed = new List<BlobKey>();
        await foreach (var listing in Store.ListAsync(Instance, Ct))
            listed.Add(listing.Key);
        Assert.Equal([key], listed);
        await Store.DeleteAsync([key], Ct);
        Assert.Empty(await TracesAsync(Instance));
    }

    [Fact]
    public async Task A_symbolic_link_is_not_followed()
    {
        var outside = Path.Combine(_folder, "outside");
        Directory.CreateDirectory(outside);
        var key = NewKey();
        await BlobBytes.StoreAsync(Store, key, [1], true, Ct);
        await using var content = await Store.OpenAsync(key, null, Ct);
        var secret = Path.Combine(outside, "secret");
        await File.WriteAllBytesAsync(secret, [9], Ct);
        File.Delete(content!.LocalPath!);
        File.CreateSymbolicLink(content.LocalPath!, secret);
        Assert.Null(await Store.OpenAsync(key, null, Ct));

        Directory.CreateSymbolicLink(Path.Combine(_folder, "linked"), outside);
        var e = await Assert.ThrowsAsync<BlobStoreException>(
            () => Store.BeginUploadAsync(key with { Instance = "linked" }, 1, Ct));
        Assert.Equal(BlobError.Unavailable, e.Kind);
        await Store.DeleteInstanceAsync("linked", Ct);
        Assert.True(File.Exists(secret));
    }

    [Fact]
    public async Task A_write_after_a_failed_one_is_refused()
    {
        await using var upload = await Store.BeginUploadAsync(NewKey(), 1, Ct);
        await Assert.ThrowsAsync<BlobStoreException>(() => upload.CompleteAsync(BlobBytes.Digest([1]), Ct));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await upload.WriteAsync(new byte[] { 1 }, Ct));
    }
}
