using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Storage.Documents;
using Xunit;

namespace Cozy.Grains.Tests.Files;

public abstract class MoveContract(TestSilo silo)
{
    [Fact]
    public async Task A_moved_folder_takes_what_is_below_it_along_and_rewrites_folders_alone()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var (from, to) = (await files.FolderAsync("From"), await files.FolderAsync("To"));
        var middle = await files.FolderAsync("Middle", from.Id);
        var inner = await files.FolderAsync("Inner", middle.Id);
        var file = await files.UploadAsync("deep.txt", "deep", inner.Id);

        var moved = await files.MoveAsync(middle.Id, to.Id, "Renamed");

        Assert.Equal(("/To/Renamed", "/To/Renamed"), (moved.Path, FileTreeFixture.StoredPath(moved)));
        var innerNow = (await files.Tree.FindByIdAsync(inner.Id))!;
        Assert.Equal(("/To/Renamed/Inner", "/To/Renamed/Inner"), (innerNow.Path, FileTreeFixture.StoredPath(innerNow)));
        var fileNow = (await files.Tree.FindByPathAsync("/To/Renamed/Inner/deep.txt"))!;
        Assert.Equal((file.Id, file.Revision), (fileNow.Id, fileNow.Revision));
        Assert.Null(await files.Tree.FindByPathAsync("/From/Middle"));

        await files.Tree.ForgetAsync();
        Assert.Equal("/To/Renamed/Inner", (await files.Tree.FindByIdAsync(inner.Id))!.Path);
    }

    [Fact]
    public async Task A_folder_is_never_moved_into_itself_or_what_is_below_it()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var outer = await files.FolderAsync("Outer");
        var inner = await files.FolderAsync("Inner", outer.Id);

        foreach (var target in (string[])[outer.Id, inner.Id])
        {
            var failure = await Assert.ThrowsAsync<CozyException>(() => files.MoveAsync(outer.Id, target));
            Assert.Equal((ErrorKind.PreconditionFailed, "dir-id"), (failure.Kind, failure.WrongInput));
        }

        Assert.Equal("/Outer/Inner", (await files.Tree.FindByIdAsync(inner.Id))!.Path);
    }

    [Fact]
    public async Task Two_folders_that_move_into_each_other_at_once_make_no_ring()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        for (var round = 0; round < 10; round++)
        {
            var (one, two) = (await files.FolderAsync($"One{round}"), await files.FolderAsync($"Two{round}"));
            await Task.WhenAll(Try(() => files.MoveAsync(one.Id, two.Id)), Try(() => files.MoveAsync(two.Id, one.Id)));
            var paths = new[] { (await files.Tree.FindByIdAsync(one.Id))!.Path, (await files.Tree.FindByIdAsync(two.Id))!.Path };
            Assert.Contains(paths.Order(StringComparer.Ordinal).First(), (string[])[$"/One{round}", $"/Two{round}"]);
        }
    }

    [Theory]
    [InlineData(WellKnownFiles.RootId)]
    [InlineData(WellKnownFiles.TrashId)]
    public async Task The_root_and_the_trash_stay_as_they_are(string id)
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var folder = await files.FolderAsync("Folder");

        foreach (var change in (Func<Task>[])
            [() => files.MoveAsync(id, null, "other"), () => files.MoveAsync(id, folder.Id), () => files.TrashAsync(id), () => files.DestroyAsync(id)])
        {
            Assert.Equal(ErrorKind.BadRequest, (await Assert.ThrowsAsync<CozyException>(change)).Kind);
        }
    }

    [Fact]
    public async Task Of_many_concurrent_moves_to_one_name_one_succeeds_and_nothing_is_lost()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var target = await files.FolderAsync("Target");
        var sources = new List<string>();
        for (var i = 0; i < 12; i++)
            sources.Add(i % 3 == 0 ? (await files.FolderAsync($"d{i}")).Id : (await files.UploadAsync($"f{i}", $"{i}")).Id);

        var moved = await Task.WhenAll(sources.Select(id => Try(() => files.MoveAsync(id, target.Id, "same"))));

        Assert.Single(moved, succeeded => succeeded);
        Assert.Equal(["same"], await files.NamesAsync(target.Id));
        foreach (var id in sources)
            Assert.NotNull(await files.Tree.FindByIdAsync(id));
    }

    [Fact]
    public async Task A_stale_revision_changes_nothing()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var folder = await files.FolderAsync("Folder");
        await files.Tree.PatchAsync(new FilePatch { Id = folder.Id, Tags = ["new"] });

        var failure = await Assert.ThrowsAsync<CozyException>(
            () => files.Tree.PatchAsync(new FilePatch { Id = folder.Id, Revision = folder.Revision, Name = "Other" }));

        Assert.Equal((ErrorKind.PreconditionFailed, "If-Match"), (failure.Kind, failure.WrongInput));
        Assert.Equal("/Folder", (await files.Tree.FindByIdAsync(folder.Id))!.Path);
    }

    [Fact]
    public async Task A_move_that_would_make_a_tree_too_deep_is_refused()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var deep = string.Concat(Enumerable.Repeat("/d", 500));
        await files.Tree.CreateDirectoryAtPathAsync(deep, true, new NewDirectory());
        var bottom = (await files.Tree.FindByPathAsync(deep))!;
        await files.Tree.CreateDirectoryAtPathAsync("/x" + string.Concat(Enumerable.Repeat("/y", 20)), true, new NewDirectory());
        var branch = (await files.Tree.FindByPathAsync("/x"))!;

        var failure = await Assert.ThrowsAsync<CozyException>(() => files.MoveAsync(branch.Id, bottom.Id));

        Assert.Equal((ErrorKind.Invalid, "path"), (failure.Kind, failure.WrongInput));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_move_that_a_crash_interrupted_is_finished(bool wasFolderWritten)
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var (folder, target) = (await files.FolderAsync("Folder"), await files.FolderAsync("Target"));
        var below = new List<FileEntry>();
        for (var i = 0; i < 5; i++)
            below.Add(await files.FolderAsync($"below{i}", folder.Id));
        var file = await files.UploadAsync("file", "content", below[0].Id);
        await files.Tree.ForgetAsync();
        await silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(files.Instance.Id, WellKnownFiles.Doctype)).ForgetAsync();

        // What a crash leaves: the journal, the folder's own document or not, some of those below or none.
        var database = DatabaseName.ForDoctype(files.Instance.Id, WellKnownFiles.Doctype);
        var members = new MemberChanges().Set("dir_id", target.Id).Set("path", "/Target/Folder").ApplyTo(folder.Members);
        await new TreeJournal(silo.Documents, files.Instance.Id)
            .WriteAsync(new JournalEntry(JournalOperation.Move, folder.Id, folder.Revision, members));
        if (wasFolderWritten)
        {
            await silo.Documents.EditAsync(
                database,
                [
                    new DocumentEdit(folder.Id, Revision.Parse(folder.Revision), false, members),
                    new DocumentEdit(
                        below[0].Id, Revision.Parse(below[0].Revision), false,
                        new MemberChanges().Set("path", "/Target/Folder/below0").ApplyTo(below[0].Members)),
                ],
                TestContext.Current.CancellationToken);
        }

        Assert.Equal(file.Id, (await files.Tree.FindByPathAsync("/Target/Folder/below0/file"))!.Id);
        foreach (var entry in below)
        {
            var now = (await files.Tree.FindByIdAsync(entry.Id))!;
            Assert.Equal(now.Path, FileTreeFixture.StoredPath(now));
            Assert.StartsWith("/Target/Folder/", now.Path, StringComparison.Ordinal);
        }

        Assert.Null(await new TreeJournal(silo.Documents, files.Instance.Id).ReadAsync());
    }

    [Fact]
    public async Task Readers_never_see_half_of_a_move()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var (one, two) = (await files.FolderAsync("One"), await files.FolderAsync("Two"));
        var folder = await files.FolderAsync("Folder", one.Id);
        var below = new List<string>();
        for (var i = 0; i < 30; i++)
            below.Add((await files.FolderAsync($"d{i}", folder.Id)).Id);

        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(async () =>
        {
            var random = new Random(reader);
            while (!done.IsCancellationRequested)
            {
                var entry = (await files.Tree.FindByIdAsync(below[random.Next(below.Count)]))!;
                Assert.Equal(entry.Path, FileTreeFixture.StoredPath(entry));
                var page = await files.Tree.ListChildrenAsync(new ChildrenQuery(folder.Id, 100));
                Assert.Single(page.Entries.Select(child => child.Path[..5]).Distinct());
            }
        })).ToList();
        for (var i = 0; i < 20; i++)
            await files.MoveAsync(folder.Id, i % 2 == 0 ? two.Id : one.Id);
        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    private static async Task<bool> Try(Func<Task> change)
    {
        try
        {
            await change();
            return true;
        }
        catch (CozyException failure) when (failure.Kind is ErrorKind.Conflict or ErrorKind.PreconditionFailed)
        {
            return false;
        }
    }
}
