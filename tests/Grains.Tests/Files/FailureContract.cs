using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Storage.Documents;
using Xunit;

namespace Cozy.Grains.Tests.Files;

/// <summary>What becomes of a change when the store cannot be reached in the middle of it.</summary>
public abstract class FailureContract(TestSilo silo)
{
    [Theory]
    [InlineData(nameof(IDocumentStore.PutLocalAsync), true)]
    [InlineData(nameof(IDocumentStore.ListAsync), false)]
    [InlineData(nameof(IDocumentStore.DeleteLocalAsync), false)]
    public async Task A_move_that_was_written_down_is_made_before_anything_else_is_answered(string method, bool isDone)
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var (folder, target) = (await files.FolderAsync("Folder"), await files.FolderAsync("Target"));
        var below = await files.FolderAsync("below", folder.Id);
        var file = await files.UploadAsync("file", "content", below.Id);

        FailOnce(files, method, isDone);
        await FailsAsync(() => files.MoveAsync(folder.Id, target.Id));

        Assert.Equal(file.Id, (await files.Tree.FindByPathAsync("/Target/Folder/below/file"))?.Id);
        var now = (await files.Tree.FindByIdAsync(below.Id))!;
        Assert.Equal(("/Target/Folder/below", "/Target/Folder/below"), (now.Path, FileTreeFixture.StoredPath(now)));
        Assert.Null(await new TreeJournal(silo.Documents, files.Instance.Id).ReadAsync());
    }

    [Theory]
    [InlineData(nameof(IDocumentStore.DeleteLocalAsync))]
    [InlineData(nameof(IDocumentStore.ListAsync))]
    public async Task Emptying_the_trash_takes_nothing_that_came_in_after_it_failed(string method)
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        await files.TrashAsync((await files.FolderAsync("Old")).Id);
        FailOnce(files, method);
        await FailsAsync(() => files.Tree.EmptyTrashAsync(null));

        var file = await files.UploadAsync("file", "content");
        await files.TrashAsync(file.Id);
        await files.Tree.ForgetAsync();

        Assert.Equal(["file"], await files.NamesAsync(WellKnownFiles.TrashId));
        Assert.Equal("content", await files.ContentAsync(file));
    }

    [Fact]
    public async Task A_folder_that_may_be_destroyed_takes_nothing_in_any_more()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var folder = await files.FolderAsync("Folder");
        await files.FolderAsync("below", folder.Id);
        FailOnce(files, nameof(IDocumentStore.PutLocalAsync), isDone: true);
        await FailsAsync(() => files.DestroyAsync(folder.Id));

        var failure = await Assert.ThrowsAsync<CozyException>(() => files.UploadAsync("late", "late", folder.Id));
        Assert.Equal(ErrorKind.NotFound, failure.Kind);
    }

    [Fact]
    public async Task What_an_interrupted_overwrite_left_beside_the_current_content_never_costs_it()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var file = await files.UploadAsync("file", "first");
        await files.OverwriteAsync(file.Id, "second");
        var current = await files.OverwriteAsync(file.Id, "third");
        var currentId = FileDocument.VersionId(current.Members);

        await LeaveDoubleAsync(files, current);
        await files.Tree.DestroyVersionAsync(file.Id, currentId);
        Assert.Equal("third", await files.ContentAsync(current));

        await LeaveDoubleAsync(files, current);
        Assert.Equal("third", await files.ContentAsync(await files.Tree.RevertAsync(file.Id, currentId, FileAuthor.Server)));

        await LeaveDoubleAsync(files, current);
        await files.Tree.DestroyAllVersionsAsync();
        Assert.Equal("third", await files.ContentAsync(current));
        Assert.Equal(5, (await files.Tree.GetDiskUsageAsync()).Used);
    }

    [Fact]
    public async Task An_overwrite_after_one_that_failed_leaves_no_version_without_content()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var file = await files.UploadAsync("file", "first");
        await files.OverwriteAsync(file.Id, "second");
        FailOnce(files, nameof(IDocumentStore.EditAsync));
        await FailsAsync(() => files.OverwriteAsync(file.Id, "lost"));
        var third = await files.OverwriteAsync(file.Id, "third");
        await LeaveDoubleAsync(files, third);
        var fourth = await files.OverwriteAsync(file.Id, "fourth");

        Assert.Equal("fourth", await files.ContentAsync(fourth));
        Assert.NotEmpty(await files.Tree.ListVersionsAsync(file.Id));
        foreach (var version in await files.Tree.ListVersionsAsync(file.Id))
            Assert.NotNull(await files.ContentAsync(file.Id, version.VersionId));
        var used = (await files.Tree.GetDiskUsageAsync()).Used;
        await files.Tree.ForgetAsync();
        Assert.Equal((11, 11), (used, (await files.Tree.GetDiskUsageAsync()).Used));
    }

    [Fact]
    public async Task Versions_outlive_a_database_of_files_that_is_missing()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var file = await files.UploadAsync("file", "first");
        await files.OverwriteAsync(file.Id, "second");
        await files.Tree.ForgetAsync();
        await silo.Documents.DeleteDatabaseAsync(
            DatabaseName.ForDoctype(files.Instance.Id, WellKnownFiles.Doctype), TestContext.Current.CancellationToken);

        Assert.Null(await files.Tree.FindByPathAsync("/file"));
        Assert.NotNull(await files.Tree.FindVersionAsync(file.Id, FileDocument.VersionId(file.Members)));
        Assert.Equal("first", await files.ContentAsync(file));
    }

    private static async Task FailsAsync(Func<Task> change) =>
        Assert.Equal(ErrorKind.Unavailable, (await Assert.ThrowsAsync<CozyException>(change)).Kind);

    private void FailOnce(FileTreeFixture files, string method, bool isDone = false) =>
        FailingStore.FailOnce(silo.Documents, DatabaseName.ForDoctype(files.Instance.Id, WellKnownFiles.Doctype), method, isDone);

    /// <summary>The document of a version that is the current content, as an overwrite leaves it that ends in between.</summary>
    private async Task LeaveDoubleAsync(FileTreeFixture files, FileEntry file)
    {
        var versions = silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(files.Instance.Id, WellKnownFiles.VersionsDoctype));
        var id = VersionDocument.IdOf(file.Id, FileDocument.VersionId(file.Members));
        var outcome = Assert.Single(await versions.EditAsync(
            [new Edit(id, null, false, VersionDocument.Of(file.Id, file.Members, TimeProvider.System.GetUtcNow()))]));
        Assert.Null(outcome.Error);
    }
}
