using Cozy.Grains.Apps;
using Cozy.Grains.Apps.Packages;
using Cozy.Storage.Blobs;
using Cozy.Storage.Blobs.LocalDisk;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Grains.Tests.Apps;

/// <summary>When packages go, and what a crash or another silo in between does to that.</summary>
public sealed class PackageSweeperTests : IAsyncLifetime
{
    private const string Id = "0123456789abcdef";

    private static readonly AppsOptions Limits = new() { UnusedPackageTime = TimeSpan.FromDays(7) };

    private readonly string _folder = Directory.CreateTempSubdirectory("cozy-packages-").FullName;
    private readonly FakeTimeProvider _time = new();
    private SqliteDocumentStore _documents = null!;
    private LocalDiskBlobStore _blobs = null!;
    private PackageStore _store = null!;
    private PackageSweeper _sweeper = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _documents = new SqliteDocumentStore(new SqliteDocumentOptions { Directory = Path.Combine(_folder, "documents") });
        _blobs = new LocalDiskBlobStore(new LocalDiskOptions { Directory = Path.Combine(_folder, "files") });
        _store = new PackageStore(_documents, _blobs, NullLogger<PackageStore>.Instance);
        _sweeper = new PackageSweeper(_documents, _blobs, Options.Create(Limits), _time);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _documents.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_package_goes_when_nobody_was_seen_to_use_it_for_so_long()
    {
        var package = await KeepAsync();
        Assert.Equal(0, await SweepAsync());
        _time.Advance(TimeSpan.FromDays(6));
        Assert.Equal(0, await SweepAsync());
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await SweepAsync());
        Assert.Null(await _store.FindAsync(Id));
        Assert.False(await HasContentAsync(package));
        Assert.Equal(0, await SweepAsync());
    }

    [Fact]
    public async Task The_time_begins_anew_when_somebody_uses_it_meanwhile()
    {
        await KeepAsync();
        await SweepAsync();
        _time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(0, await SweepAsync(Id));
        Assert.Equal(0, await SweepAsync());
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await SweepAsync());

        // So it does when an instance is about to install it, and its document does not say so yet.
        await KeepAsync();
        _time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(0, await SweepAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_removal_that_a_crash_interrupted_is_finished(bool hadContent)
    {
        var package = await KeepAsync();
        await BeginRemovalAsync();
        if (!hadContent)
            await _blobs.DeleteAsync([KeyOf(package)], Cancellation);
        Assert.Null(await _store.FindAsync(Id));
        Assert.Equal(1, await SweepAsync());
        Assert.False(await HasContentAsync(package));
    }

    [Fact]
    public async Task A_package_that_is_going_is_kept_anew_when_it_is_wanted()
    {
        var package = await KeepAsync();
        await BeginRemovalAsync();
        var again = await KeepAsync();
        Assert.NotEqual(package.ContentId, again.ContentId);
        Assert.False(await HasContentAsync(package));
        Assert.True(await HasContentAsync(again));
        Assert.Equal(0, await SweepAsync(Id));
        Assert.NotNull(await _store.FindAsync(Id));
    }

    [Fact]
    public async Task Two_that_keep_the_same_at_once_keep_it_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(KeepAsync)));
        Assert.True(await HasContentAsync((await _store.FindAsync(Id))!));
        Assert.Empty(await _blobs.ListPendingAsync(AppPackages.Area, Cancellation));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder, "files"), "*", SearchOption.AllDirectories), IsContent);
    }

    private static bool IsContent(string path) => path.Contains(Id, StringComparison.Ordinal);

    private async Task<AppPackage> KeepAsync()
    {
        using var files = new PackageSpool(Limits);
        files.Add("index.html", new MemoryStream("<html></html>"u8.ToArray()), Cancellation);
        await _store.KeepAsync(Id, files, Cancellation);
        return (await _store.FindAsync(Id))!;
    }

    private Task<int> SweepAsync(params string[] used) =>
        _sweeper.SweepAsync(used.ToHashSet(), _time.GetUtcNow(), Cancellation);

    private async Task BeginRemovalAsync()
    {
        var document = (await _documents.GetAsync(PackageStore.Database, Id, ReadOptions.Winner, Cancellation))!;
        var life = PackageDocument.ReadLife(document.Members) with { IsGoing = true };
        await _documents.EditAsync(
            PackageStore.Database, [new DocumentEdit(Id, document.Revision, false, PackageDocument.Rewrite(document.Members, life))], Cancellation);
    }

    private static BlobKey KeyOf(AppPackage package) => new(AppPackages.Area, package.Id, package.ContentId);

    private async Task<bool> HasContentAsync(AppPackage package)
    {
        await using var content = await _blobs.OpenAsync(KeyOf(package), null, Cancellation);
        return content is not null;
    }
}
