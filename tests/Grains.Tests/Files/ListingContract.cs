using Cozy.Grains.Files;
using Xunit;

namespace Cozy.Grains.Tests.Files;

public abstract class ListingContract(TestSilo silo)
{
    [Fact]
    public async Task Pages_follow_each_other_by_place_while_children_come_and_go()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var folder = await files.FolderAsync("Folder");
        for (var i = 0; i < 9; i++)
            await files.UploadAsync($"f{i}", "x", folder.Id);
        await files.FolderAsync("zz", folder.Id);

        var first = await files.Tree.ListChildrenAsync(new ChildrenQuery(folder.Id, 4));
        Assert.Equal(["zz", "f0", "f1", "f2"], first.Entries.Select(FileTreeFixture.Name));
        await files.DestroyAsync(first.Entries[1].Id);
        await files.DestroyAsync((await files.Tree.FindByPathAsync("/Folder/f3"))!.Id);
        await files.UploadAsync("a", "x", folder.Id);
        var second = await files.Tree.ListChildrenAsync(new ChildrenQuery(folder.Id, 4) { From = first.Next });

        Assert.Equal(["f4", "f5", "f6", "f7"], second.Entries.Select(FileTreeFixture.Name));
        Assert.Equal(9, second.TotalCount);
        var last = await files.Tree.ListChildrenAsync(new ChildrenQuery(folder.Id, 4) { From = second.Next });
        Assert.Equal((1, null), (last.Entries.Count, last.Next));
    }

    [Fact]
    public async Task The_root_hides_the_trash_wherever_a_page_starts()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var expected = await files.NamesAsync(WellKnownFiles.RootId);

        for (var skip = 0; skip <= expected.Count; skip++)
        {
            var page = await files.Tree.ListChildrenAsync(new ChildrenQuery(WellKnownFiles.RootId, 10) { Skip = skip });
            Assert.Equal(expected.Skip(skip), page.Entries.Select(FileTreeFixture.Name));
            Assert.Equal(expected.Count, page.TotalCount);
        }
    }

    [Fact]
    public async Task References_are_found_from_both_sides_by_id_and_by_date()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var album = new FileReference("io.cozy.photos.albums", "album");
        var photos = new List<FileEntry>();
        for (var i = 0; i < 3; i++)
        {
            var photo = await files.UploadAsync($"p{i}.jpg", "x");
            await files.Tree.PatchAsync(new FilePatch
            {
                Id = photo.Id,
                Metadata = System.Text.Encoding.UTF8.GetBytes($$"""{"datetime":"20{{30 - i}}-01-01T00:00:00Z"}"""),
            });
            photos.Add(await ReferAsync(files, photo.Id, album));
        }

        await ReferAsync(files, photos[0].Id, album);
        var byId = await files.Tree.ListReferencedAsync(new ReferencedQuery(ReferenceKind.ReferencedBy, album, 2));
        Assert.Equal((3, photos[2].Id), (byId.TotalCount, byId.Next!.Id));
        await files.Tree.ForgetAsync();
        var byDate = await files.Tree.ListReferencedAsync(new ReferencedQuery(ReferenceKind.ReferencedBy, album, 10) { ByDate = true });
        Assert.Equal(photos.Select(photo => photo.Id).Reverse(), byDate.Entries.Select(entry => entry.Id));

        await ReferAsync(files, photos[1].Id, album, remove: true);
        await files.DestroyAsync(photos[0].Id);
        var left = await files.Tree.ListReferencedAsync(new ReferencedQuery(ReferenceKind.ReferencedBy, album, 10));
        Assert.Equal([photos[2].Id], left.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public async Task The_feed_tells_paths_and_hides_what_a_client_leaves_out()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var folder = await files.FolderAsync("Folder");
        var file = await files.UploadAsync("file", "x", folder.Id);
        var gone = await files.UploadAsync("gone", "x");
        await files.DestroyAsync(gone.Id);
        var client = new FileReference("io.cozy.oauth.clients", "client");
        await files.Tree.ChangeReferencesAsync(
            new ReferenceChange(folder.Id, ReferenceKind.NotSynchronizedOn, [client], false, FileAuthor.Server));

        var all = await files.Tree.ReadFeedAsync(new FileFeedQuery { Limit = 100, IncludeDocuments = true });
        var hidden = await files.Tree.ReadFeedAsync(new FileFeedQuery { Limit = 100, IncludeDocuments = true, ClientId = "client" });

        Assert.Equal("/Folder/file", all.Entries.Single(entry => entry.Id == file.Id).Path);
        Assert.True(all.Entries.Single(entry => entry.Id == gone.Id).Deleted);
        Assert.True(hidden.Entries.Single(entry => entry.Id == file.Id).Deleted);
        Assert.True(hidden.Entries.Single(entry => entry.Id == folder.Id).Deleted);
        Assert.Equal(0, all.Pending);
        Assert.Empty((await files.Tree.ReadFeedAsync(new FileFeedQuery { Limit = 100, Since = all.LastSequence })).Entries);
    }

    [Theory]
    [InlineData("a.txt", true, "a.txt", "a (2).txt")]
    [InlineData("a (2).txt", true, "a.txt", "a (3).txt")]
    [InlineData("a.b", false, "a.b", "a.b (2)")]
    [InlineData("map (copy).txt", true, "map (copy).txt", "map (copy) (2).txt")]
    [InlineData("noext", true, "noext", "noext (2)")]
    public void A_number_makes_a_name_free(string name, bool isFile, string taken, string free) =>
        Assert.Equal(free, ConflictNames.Numbered(name, isFile, other => other == taken || other == name));

    [Theory]
    [InlineData("a.txt (123456789)", "a.txt")]
    [InlineData("a (2).txt", "a (2).txt")]
    [InlineData("report (2023)", "report (2023)")]
    [InlineData(" (123456789)", " (123456789)")]
    public void Only_what_the_trash_put_behind_a_name_is_taken_away(string name, string stripped) =>
        Assert.Equal(stripped, ConflictNames.Strip(name));

    private static Task<FileEntry> ReferAsync(FileTreeFixture files, string id, FileReference reference, bool remove = false) =>
        files.Tree.ChangeReferencesAsync(
            new ReferenceChange(id, ReferenceKind.ReferencedBy, [reference], remove, FileAuthor.Server));
}
