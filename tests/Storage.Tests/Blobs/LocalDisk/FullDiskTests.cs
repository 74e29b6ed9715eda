using Cozy.Storage.Blobs;
using Cozy.Storage.Blobs.LocalDisk;
using Xunit;

namespace Cozy.Storage.Tests.Blobs.LocalDisk;

public sealed class FullDiskTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_no_disk_can_hold_is_refused_at_once_and_leaves_nothing()
    {
        var folder = Path.Combine(Path.GetTempPath(), "cozy-blobs-" + Guid.NewGuid().ToString("n"));
        await using var store = new LocalDiskBlobStore(new LocalDiskOptions { Directory = folder });
        try
        {
            var e = await Assert.ThrowsAsync<BlobStoreException>(
                () => store.BeginUploadAsync(new BlobKey("cozy", "f", "v"), 15L << 40, Ct));
            Assert.Contains(e.Kind, new[] { BlobError.Full, BlobError.TooLarge });
            Assert.Empty(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_disk_that_fills_up_during_the_upload_is_told_and_leaves_nothing()
    {
        // A device every write to which fails with "no space left".
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");
        using var file = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        await using var writer = new WriteBehindFile(file, null);
        await writer.WriteAsync(new byte[1000], Ct);
        var e = await Assert.ThrowsAsync<IOException>(() => writer.FlushAsync(Ct));
        Assert.Equal(BlobError.Full, DiskErrors.Translate(e).Kind);
    }
}
