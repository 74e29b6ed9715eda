using System.Security.Cryptography;
using System.Text;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Grains.Instances;
using Cozy.Storage.Blobs;
using Xunit;

namespace Cozy.Grains.Tests.Files;

public abstract class FileTreeGrainContract(TestSilo silo)
{
    [Fact]
    public async Task A_folder_is_found_by_id_and_by_path()
    {
        var tree = silo.Of<IFileTreeGrain>(await silo.CreateInstanceAsync());
        var outer = await tree.CreateDirectoryAsync(new NewDirectory { Name = "Garden" });
        var inner = await tree.CreateDirectoryAsync(new NewDirectory { Name = "Seeds", ParentId = outer.Id });

        Assert.Equal("/Garden/Seeds", inner.Path);
        Assert.Equal(inner, await tree.FindByIdAsync(inner.Id), EntryEquality);
        Assert.Equal(inner, await tree.FindByPathAsync("/Garden/Seeds"), EntryEquality);
        Assert.Null(await tree.FindByPathAsync("/Garden/seeds"));
    }

    [Fact]
    public async Task Of_many_concurrent_creations_of_one_name_one_succeeds()
    {
        var tree = silo.Of<IFileTreeGrain>(await silo.CreateInstanceAsync());

        var attempts = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                return (await tree.CreateDirectoryAsync(new NewDirectory { Name = "Same" })).Id;
            }
            catch (CozyException failure) when (failure.Kind == ErrorKind.Conflict)
            {
                return null;
            }
        }));

        Assert.Single(attempts, id => id is not null);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    public async Task A_name_that_no_file_can_have_is_refused(string name)
    {
        var tree = silo.Of<IFileTreeGrain>(await silo.CreateInstanceAsync());

        var folder = await Assert.ThrowsAsync<CozyException>(() => tree.CreateDirectoryAsync(new NewDirectory { Name = name }));
        var file = await Assert.ThrowsAsync<CozyException>(() => tree.PrepareUploadAsync(new NewFile { Name = name }));

        Assert.Equal(("name", "name"), (folder.WrongInput, file.WrongInput));
    }

    [Fact]
    public async Task A_path_is_made_with_the_folders_above_it_when_asked()
    {
        var tree = silo.Of<IFileTreeGrain>(await silo.CreateInstanceAsync());

        var missing = await Assert.ThrowsAsync<CozyException>(
            () => tree.CreateDirectoryAtPathAsync("/a/b/c", false, new NewDirectory()));
        var made = await tree.CreateDirectoryAtPathAsync("/a/b/c", true, new NewDirectory());
        var again = await tree.CreateDirectoryAtPathAsync("/a/b/c/", true, new NewDirectory());

        Assert.Equal(ErrorKind.NotFound, missing.Kind);
        Assert.Equal(("/a/b/c", made.Id), (made.Path, again.Id));
        await Assert.ThrowsAsync<CozyException>(() => tree.CreateDirectoryAtPathAsync("/a/b/c", false, new NewDirectory()));
    }

    [Fact]
    public async Task A_committed_upload_is_listed_after_the_folders_and_counts()
    {
        var instance = await silo.CreateInstanceAsync();
        var tree = silo.Of<IFileTreeGrain>(instance);

        var file = await UploadAsync(instance, "Alpha.txt", "hello");

        var page = await tree.ListChildrenAsync(new ChildrenQuery(WellKnownFiles.RootId, 10));
        Assert.Equal(["/Administrative", "/Photos", "/Alpha.txt"], page.Entries.Select(entry => entry.Path));
        Assert.Contains("\"mime\":\"text/plain\",\"class\":\"text\"", Encoding.UTF8.GetString(file.Members.Span));
        Assert.Equal(new DiskUsage(5, 0) { Files = 5 }, await tree.GetDiskUsageAsync());
    }

    [Fact]
    public async Task Repeating_a_commit_answers_the_same()
    {
        var instance = await silo.CreateInstanceAsync();
        var tree = silo.Of<IFileTreeGrain>(instance);
        var request = new NewFile { Name = "once.txt" };
        var (grant, content) = await WriteAsync(instance, request, "once");

        var attempts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => tree.CommitUploadAsync(grant, request, content)));
        var later = await tree.CommitUploadAsync(grant, request, content);

        Assert.All(attempts, attempt => Assert.Equal(later, attempt, EntryEquality));
        Assert.NotNull(await silo.Blobs.OpenAsync(new BlobKey(instance.Id, grant.FileId, grant.VersionId), null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_upload_whose_name_was_taken_meanwhile_leaves_no_content()
    {
        var instance = await silo.CreateInstanceAsync();
        var request = new NewFile { Name = "same.txt" };
        var (grant, content) = await WriteAsync(instance, request, "second");
        await UploadAsync(instance, "same.txt", "first");

        var failure = await Assert.ThrowsAsync<CozyException>(
            () => silo.Of<IFileTreeGrain>(instance).CommitUploadAsync(grant, request, content));

        Assert.Equal(ErrorKind.Conflict, failure.Kind);
        Assert.Null(await silo.Blobs.OpenAsync(new BlobKey(instance.Id, grant.FileId, grant.VersionId), null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Concurrent_uploads_cannot_exceed_the_quota_together()
    {
        var instance = await silo.CreateInstanceAsync(request => request with { DiskQuota = 100 });
        var tree = silo.Of<IFileTreeGrain>(instance);

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            try
            {
                await UploadAsync(instance, $"f{i}", new string('x', 30));
                return true;
            }
            catch (CozyException failure) when (failure.Kind == ErrorKind.TooLarge)
            {
                return false;
            }
        }));

        Assert.Equal(3, results.Count(succeeded => succeeded));
        Assert.Equal(90, (await tree.GetDiskUsageAsync()).Used);
    }

    [Fact]
    public async Task The_tree_is_the_same_when_it_is_read_from_the_store_again()
    {
        var instance = await silo.CreateInstanceAsync();
        var tree = silo.Of<IFileTreeGrain>(instance);
        var folder = await tree.CreateDirectoryAsync(new NewDirectory { Name = "Deep", Tags = ["b", "a", "b"] });
        var file = await UploadAsync(instance, "f.bin", "1234", folder.Id);

        await tree.ForgetAsync();

        Assert.Equal(file, await tree.FindByPathAsync("/Deep/f.bin"), EntryEquality);
        Assert.Equal(4, (await tree.GetDiskUsageAsync()).Used);
    }

    [Fact]
    public async Task Nothing_is_put_into_the_trash_or_below_what_does_not_exist()
    {
        var tree = silo.Of<IFileTreeGrain>(await silo.CreateInstanceAsync());

        var trash = await Assert.ThrowsAsync<CozyException>(
            () => tree.CreateDirectoryAsync(new NewDirectory { Name = "x", ParentId = WellKnownFiles.TrashId }));
        var unknown = await Assert.ThrowsAsync<CozyException>(
            () => tree.PrepareUploadAsync(new NewFile { Name = "x", ParentId = "unknown" }));

        Assert.Equal((ErrorKind.NotFound, ErrorKind.NotFound), (trash.Kind, unknown.Kind));
    }

    [Theory]
    [InlineData(null, "photo.JPG", "image/jpeg", "image")]
    [InlineData("application/octet-stream", "a.pdf", "application/pdf", "pdf")]
    [InlineData("TEXT/Plain", "a.bin", "text/plain", "text")]
    [InlineData(null, "noextension", "application/octet-stream", "files")]
    [InlineData(null, "link.url", "application/internet-shortcut", "shortcut")]
    [InlineData(null, "a.zip", "application/zip", "zip")]
    [InlineData("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "x", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "spreadsheet")]
    public void The_media_type_is_the_announced_one_or_guessed_from_the_name(
        string? announced, string name, string type, string @class)
    {
        var resolved = MediaTypes.Resolve(announced, name, null);

        Assert.Equal((type, @class), (resolved, MediaTypes.ClassOf(resolved)));
    }

    /// <summary>Entries hold bytes, which records compare by reference.</summary>
    private static readonly IEqualityComparer<FileEntry?> EntryEquality =
        EqualityComparer<FileEntry?>.Create((one, other) =>
            (one?.Id, one?.Revision, one?.Path) == (other?.Id, other?.Revision, other?.Path)
            && one?.Members.Span.SequenceEqual(other!.Members.Span) == true);

    private async Task<FileEntry> UploadAsync(Instance instance, string name, string text, string? parentId = null)
    {
        var request = new NewFile { Name = name, ParentId = parentId ?? WellKnownFiles.RootId };
        var (grant, content) = await WriteAsync(instance, request, text);
        return await silo.Of<IFileTreeGrain>(instance).CommitUploadAsync(grant, request, content);
    }

    private async Task<(UploadGrant Grant, UploadedContent Content)> WriteAsync(
        Instance instance, NewFile request, string text)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bytes = Encoding.UTF8.GetBytes(text);
        var md5 = MD5.HashData(bytes);
        var grant = await silo.Of<IFileTreeGrain>(instance).PrepareUploadAsync(request);
        await using var upload = await silo.Blobs.BeginUploadAsync(
            new BlobKey(instance.Id, grant.FileId, grant.VersionId), bytes.Length, cancellationToken);
        await upload.WriteAsync(bytes, cancellationToken);
        await upload.CompleteAsync(new BlobDigest(bytes.Length, md5), cancellationToken);
        return (grant, new UploadedContent(bytes.Length, md5));
    }
}
