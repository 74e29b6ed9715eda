using Cozy.Storage.Blobs.LocalDisk;
using Xunit;

namespace Cozy.Storage.Tests.Blobs.LocalDisk;

/// <summary>Contents that wait for the disk together. That the disk has them only a power cut could tell.</summary>
public sealed class GroupFlushTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cozy-flush-").FullName;
    private readonly GroupFlush _flush;

    public GroupFlushTests()
    {
        _flush = new GroupFlush(new DurableFolders(_root), _root);
        _flush.Open();
    }

    public void Dispose()
    {
        _flush.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Each_that_waits_is_told(int count) => await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
    {
        using var file = File.OpenHandle(Path.Combine(_root, $"{i}"), FileMode.CreateNew, FileAccess.Write);
        RandomAccess.Write(file, [1], 0);
        await _flush.FlushAsync(file, _root);
    })).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_failure_is_told_and_does_not_end_the_flushing()
    {
        using var file = File.OpenHandle(Path.Combine(_root, "file"), FileMode.CreateNew, FileAccess.Write);
        await Assert.ThrowsAsync<IOException>(() => _flush.FlushAsync(file, Path.Combine(_root, "gone")));
        await _flush.FlushAsync(file, _root);
    }
}
