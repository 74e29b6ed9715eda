using Cozy.Storage.Blobs;
using Xunit;

namespace Cozy.Storage.Tests.Blobs;

/// <summary>From pending to confirmed or deleted.</summary>
public abstract partial class BlobStoreContract
{
    [Fact]
    public async Task What_a_dead_process_completed_is_pending_until_it_is_confirmed()
    {
        var (key, bytes) = (NewKey(), BlobBytes.Make(10));
        await using (var upload = await Store.BeginUploadAsync(key, bytes.Length, Ct))
        {
            await BlobBytes.WriteAsync(upload, bytes, Ct);
            await upload.CompleteAsync(BlobBytes.Digest(bytes), Ct);
        }

        Expire();
        var reopened = Reopen();
        Assert.Equal([key], await reopened.ListPendingAsync(Instance, Ct));
        Assert.Equal([key], await reopened.ListPendingAsync(Instance, Ct));
        await reopened.ConfirmAsync(key, Ct);
        await reopened.ConfirmAsync(key, Ct);
        Assert.Empty(await reopened.ListPendingAsync(Instance, Ct));
        Assert.Equal(bytes, await BlobBytes.ReadAsync(reopened, key, null, Ct));
    }

    [Fact]
    public async Task Long_pieces_and_short_ones_are_kept_in_their_order()
    {
        var (key, bytes) = (NewKey(), BlobBytes.Make(1_500_000));
        await using (var upload = await Store.BeginUploadAsync(key, null, Ct))
        {
            var (at, buffer) = (0, new byte[400_000]);
            foreach (var length in (int[])[300_000, 7, 200_000, 131_072, 131_073, 400_000, 1, 262_144, 75_703])
            {
                bytes.AsSpan(at, length).CopyTo(buffer);
                await upload.WriteAsync(buffer.AsMemory(0, length), Ct);
                Array.Fill(buffer, (byte)0xEE);
                at += length;
            }

            Assert.Equal(bytes.Length, at);
            await upload.CompleteAsync(BlobBytes.Digest(bytes), Ct);
            await Store.ConfirmAsync(key, Ct);
        }

        Assert.Equal(bytes, await BlobBytes.ReadAsync(Store, key, null, Ct));
    }

    [Fact]
    public async Task A_running_upload_is_not_pending()
    {
        var (key, bytes) = (NewKey(), BlobBytes.Make(10));
        await using var upload = await Store.BeginUploadAsync(key, bytes.Length, Ct);
        await BlobBytes.WriteAsync(upload, bytes, Ct);
        Assert.Empty(await Store.ListPendingAsync(Instance, Ct));
        Assert.Empty(await Reopen().ListPendingAsync(Instance, Ct));
        await upload.CompleteAsync(BlobBytes.Digest(bytes), Ct);
        Assert.Empty(await Store.ListPendingAsync(Instance, Ct));
        Assert.Empty(await Reopen().ListPendingAsync(Instance, Ct));
        await Store.ConfirmAsync(key, Ct);
        Assert.Equal(bytes, await BlobBytes.ReadAsync(Store, key, null, Ct));
    }

    [Fact]
    public async Task A_confirmation_ahead_of_completion_ends_nothing()
    {
        var (key, bytes) = (NewKey(), BlobBytes.Make(10));
        await using var upload = await Store.BeginUploadAsync(key, bytes.Length, Ct);
        await Store.ConfirmAsync(NewKey(), Ct);
        await BlobBytes.WriteAsync(upload, bytes, Ct);
        await upload.CompleteAsync(BlobBytes.Digest(bytes), Ct);
        Assert.Equal(bytes, await BlobBytes.ReadAsync(Store, key, null, Ct));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(40)]
    public async Task Deleted_contents_are_gone_and_others_stay(int count)
    {
        var keys = Enumerable.Range(0, count).Select(_ => NewKey()).ToList();
        await Parallel.ForEachAsync(keys, Ct, async (k, ct) => await BlobBytes.StoreAsync(Store, k, [1], true, ct));
        var pending = NewKey();
        await using (var upload = await Store.BeginUploadAsync(pending, 0, Ct))
            await upload.CompleteAsync(BlobBytes.Digest([]), Ct);
        await Store.DeleteAsync([.. keys.Skip(1), pending, NewKey()], Ct);
        Assert.NotNull(await Store.OpenAsync(keys[0], null, Ct));
        foreach (var key in keys.Skip(1).Append(pending))
            Assert.Null(await Store.OpenAsync(key, null, Ct));
        Expire();
        Assert.Empty(await Reopen().ListPendingAsync(Instance, Ct));
        await Store.DeleteAsync(keys, Ct);
        Assert.Empty(await TracesAsync(Instance));
    }

    [Fact]
    public async Task Deleting_an_instance_touches_no_other()
    {
        var mine = NewKey();
        var other = mine with { Instance = Instance + "0" };
        await BlobBytes.StoreAsync(Store, mine, [1], true, Ct);
        await BlobBytes.StoreAsync(Store, other, [2], true, Ct);
        await Store.DeleteInstanceAsync(Instance, Ct);
        await Store.DeleteInstanceAsync(Instance, Ct);
        Assert.Null(await Store.OpenAsync(mine, null, Ct));
        Assert.Equal([2], await BlobBytes.ReadAsync(Store, other, null, Ct));
        await Store.DeleteInstanceAsync(other.Instance, Ct);
    }

    [Fact]
    public async Task An_instance_deleted_elsewhere_can_be_created_anew()
    {
        var key = NewKey();
        await BlobBytes.StoreAsync(Store, NewKey(), [1], true, Ct);
        await Reopen().DeleteInstanceAsync(Instance, Ct);
        await BlobBytes.StoreAsync(Store, key, [2], true, Ct);
        Assert.Equal([2], await BlobBytes.ReadAsync(Store, key, null, Ct));
    }
}
