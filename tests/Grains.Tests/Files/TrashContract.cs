using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Storage.Blobs;
using Xunit;

namespace Cozy.Grains.Tests.Files;

public abstract class TrashContract(TestSilo silo)
{
    [Fact]
    public async Task A_folder_goes_into_the_trash_and_comes_back_with_all_that_is_below_it()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var outer = await files.FolderAsync("Outer");
        var folder = await files.FolderAsync("Folder", outer.Id);
        var file = await files.UploadAsync("file.txt", "hello", folder.Id);

        var trashed = await files.TrashAsync(folder.Id);

        Assert.Equal("/.cozy_trash/Folder", trashed.Path);
        Assert.Equal("/Outer", FileDocument.Text(trashed.Members, "restore_path"));
        Assert.True(FileTreeFixture.IsTrashed((await files.Tree.FindByIdAsync(file.Id))!));
        Assert.Equal(ErrorKind.BadRequest, (await Assert.ThrowsAsync<CozyException>(() => files.TrashAsync(folder.Id))).Kind);
        Assert.Equal(
            ErrorKind.NotFound, (await Assert.ThrowsAsync<CozyException>(() => files.OverwriteAsync(file.Id, "no"))).Kind);

        var restored = await files.RestoreAsync(folder.Id);

        Assert.Equal("/Outer/Folder", restored.Path);
        Assert.Null(FileDocument.Text(restored.Members, "restore_path"));
        var fileNow = (await files.Tree.FindByPathAsync("/Outer/Folder/file.txt"))!;
        Assert.False(FileTreeFixture.IsTrashed(fileNow));
        Assert.Equal("hello", await files.ContentAsync(fileNow));
    }

    [Fact]
    public async Task Equal_names_get_along_in_the_trash_and_outside()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var first = await files.UploadAsync("same.txt", "1");
        await files.TrashAsync(first.Id);
        var second = await files.UploadAsync("same.txt", "2");
        var trashed = await files.TrashAsync(second.Id);
        await files.UploadAsync("same.txt", "3");

        Assert.Matches(@"^same\.txt \(\d{9}\)$", FileTreeFixture.Name(trashed));
        var restored = await files.RestoreAsync(second.Id);
        Assert.Matches(@"^same\.txt \(\d{9}\)$", FileTreeFixture.Name(restored));
        Assert.Equal("same.txt", ConflictNames.Strip(FileTreeFixture.Name(restored)));
        Assert.Equal("2", await files.ContentAsync(restored));
    }

    [Fact]
    public async Task What_was_trashed_alone_or_within_a_folder_finds_its_place_again()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var folder = await files.FolderAsync("Folder");
        var inner = await files.FolderAsync("Inner", folder.Id);
        var alone = await files.UploadAsync("alone", "1", inner.Id);
        var within = await files.UploadAsync("within", "2", inner.Id);
        await files.TrashAsync(alone.Id);
        await files.TrashAsync(folder.Id);

        Assert.Equal("/Folder/Inner/within", (await files.RestoreAsync(within.Id)).Path);
        Assert.Equal("/Folder/Inner/alone", (await files.RestoreAsync(alone.Id)).Path);
        Assert.Matches(@"^/Folder \(\d{9}\)$", (await files.RestoreAsync(folder.Id)).Path);
        Assert.Equal(
            ErrorKind.BadRequest, (await Assert.ThrowsAsync<CozyException>(() => files.RestoreAsync(folder.Id))).Kind);
    }

    [Fact]
    public async Task Destroying_takes_documents_versions_contents_and_bytes()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var folder = await files.FolderAsync("Folder");
        var file = await files.UploadAsync("file", "first", folder.Id);
        var overwritten = await files.OverwriteAsync(file.Id, "second");
        Assert.Equal(11, (await files.Tree.GetDiskUsageAsync()).Used);

        await files.DestroyAsync(folder.Id);

        Assert.Null(await files.Tree.FindByIdAsync(file.Id));
        Assert.Null(await files.Tree.FindByIdAsync(folder.Id));
        Assert.Equal(0, (await files.Tree.GetDiskUsageAsync()).Used);
        Assert.Null(await files.Tree.FindVersionAsync(file.Id, FileDocument.VersionId(file.Members)));
        await WaitUntilAsync(async () => await files.ContentAsync(file) is null && await files.ContentAsync(overwritten) is null);

        await files.Tree.ForgetAsync();
        Assert.Null(await files.Tree.FindByPathAsync("/Folder"));
        Assert.Equal(0, (await files.Tree.GetDiskUsageAsync()).Used);
    }

    [Fact]
    public async Task The_trash_is_emptied_of_all_or_of_what_is_old()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var folder = await files.FolderAsync("Folder");
        await files.UploadAsync("in", "1", folder.Id);
        await files.TrashAsync(folder.Id);
        await files.TrashAsync((await files.UploadAsync("file", "2")).Id);

        Assert.Equal(0, await files.Tree.EmptyTrashAsync(TimeSpan.FromHours(1)));
        Assert.Equal(2, (await files.NamesAsync(WellKnownFiles.TrashId)).Count);
        Assert.Equal(2, await files.Tree.EmptyTrashAsync(TimeSpan.Zero));
        Assert.Empty(await files.NamesAsync(WellKnownFiles.TrashId));

        await files.TrashAsync((await files.UploadAsync("file", "2")).Id);
        Assert.Equal(1, await files.Tree.EmptyTrashAsync(null));
        Assert.Equal(0, (await files.Tree.GetDiskUsageAsync()).Used);
    }

    [Fact]
    public async Task A_destruction_that_a_crash_interrupted_is_finished()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var folder = await files.FolderAsync("Folder");
        var file = await files.UploadAsync("file", "content", folder.Id);
        await files.Tree.ForgetAsync();
        await new TreeJournal(silo.Documents, files.Instance.Id)
            .WriteAsync(new JournalEntry(JournalOperation.Destroy, folder.Id));

        Assert.Null(await files.Tree.FindByIdAsync(folder.Id));
        Assert.Null(await files.Tree.FindByIdAsync(file.Id));
        Assert.Null(await new TreeJournal(silo.Documents, files.Instance.Id).ReadAsync());
        await WaitUntilAsync(async () => await files.ContentAsync(file) is null);
    }

    private static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(5, TestContext.Current.CancellationToken);
    }
}
