using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Xunit;

namespace Cozy.Grains.Tests.Files;

public abstract class VersionContract(TestSilo silo)
{
    [Fact]
    public async Task An_overwrite_keeps_the_former_content_and_counts_it()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var file = await files.UploadAsync("poem.txt", "one");

        var second = await files.OverwriteAsync(file.Id, "second");
        var third = await files.OverwriteAsync(file.Id, "thirds");

        var version = Assert.Single(await files.Tree.ListVersionsAsync(file.Id));
        Assert.Equal(FileDocument.VersionId(file.Members), version.VersionId);
        Assert.Equal("one", await files.ContentAsync(file));
        Assert.Equal("thirds", await files.ContentAsync(third));
        Assert.Null(await files.ContentAsync(second));
        Assert.Equal((1, 9, 3), (third.VersionCount, (await files.Tree.GetDiskUsageAsync()).Used, (await files.Tree.GetDiskUsageAsync()).Versions));

        await files.Tree.ForgetAsync();
        Assert.Equal(9, (await files.Tree.GetDiskUsageAsync()).Used);
        Assert.Equal(1, (await files.Tree.FindByIdAsync(file.Id))!.VersionCount);
    }

    [Fact]
    public async Task A_revert_swaps_the_contents()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var file = await files.UploadAsync("poem.txt", "one");
        await files.OverwriteAsync(file.Id, "second");
        var former = FileDocument.VersionId(file.Members);

        var reverted = await files.Tree.RevertAsync(file.Id, former, FileAuthor.Server);

        Assert.Equal("one", await files.ContentAsync(reverted));
        var version = Assert.Single(await files.Tree.ListVersionsAsync(file.Id));
        Assert.Equal("second", await files.ContentAsync(file.Id, version.VersionId));
        Assert.Equal(9, (await files.Tree.GetDiskUsageAsync()).Used);
        Assert.Equal(
            ErrorKind.NotFound,
            (await Assert.ThrowsAsync<CozyException>(() => files.Tree.RevertAsync(file.Id, former, FileAuthor.Server))).Kind);

        // And back again, over what was a tombstone.
        var back = await files.Tree.RevertAsync(file.Id, version.VersionId, FileAuthor.Server);
        Assert.Equal("second", await files.ContentAsync(back));
    }

    [Fact]
    public async Task Of_many_concurrent_overwrites_all_succeed_and_the_bytes_are_right()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var file = await files.UploadAsync("busy.txt", "0");

        await Task.WhenAll(Enumerable.Range(1, 16).Select(i => files.OverwriteAsync(file.Id, new string('x', i))));

        var now = (await files.Tree.FindByIdAsync(file.Id))!;
        var size = FileDocument.Size(now.Members);
        Assert.Equal(new string('x', (int)size), await files.ContentAsync(now));
        Assert.Equal(size + 1, (await files.Tree.GetDiskUsageAsync()).Used);
    }

    [Fact]
    public async Task A_stale_revision_is_refused_and_leaves_no_content()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var file = await files.UploadAsync("file", "first");
        var request = new NewContent { FileId = file.Id, Revision = file.Revision };
        var grant = await files.Tree.PrepareOverwriteAsync(request);
        var content = await files.StoreAsync(grant, "late");
        await files.OverwriteAsync(file.Id, "second");

        var failure = await Assert.ThrowsAsync<CozyException>(() => files.Tree.CommitOverwriteAsync(grant, request, content));

        Assert.Equal(ErrorKind.PreconditionFailed, failure.Kind);
        Assert.Null(await files.ContentAsync(grant.FileId, grant.VersionId));
    }

    [Fact]
    public async Task Tagged_versions_are_kept_and_all_can_be_destroyed()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var file = await files.UploadAsync("file", "one");
        await files.OverwriteAsync(file.Id, "two");
        var former = FileDocument.VersionId(file.Members);

        var tagged = await files.Tree.TagVersionAsync(new VersionTags(file.Id, former, ["keep"]));
        Assert.True(VersionDocument.Facts(former, tagged.Members).IsTagged);

        await files.Tree.DestroyAllVersionsAsync();
        Assert.Empty(await files.Tree.ListVersionsAsync(file.Id));
        Assert.Equal(3, (await files.Tree.GetDiskUsageAsync()).Used);
    }

    [Theory]
    [InlineData(20, 15, 0, "keep", "")]
    [InlineData(0, 15, 0, "drop", "a b c")]
    [InlineData(20, 60, 0, "drop", "")]
    [InlineData(4, 15, 0, "keep", "a")]
    [InlineData(3, 15, 0, "keep", "a c")]
    [InlineData(4, 60, 0, "drop", "")]
    public void The_policy_keeps_so_many_so_far_apart(int most, int minutes, int _, string candidate, string dropped)
    {
        var now = DateTimeOffset.UnixEpoch.AddDays(1);
        VersionFacts[] versions =
        [
            new("a", now.AddMinutes(-90), false, 1), new("b", now.AddMinutes(-60), true, 1), new("c", now.AddMinutes(-30), false, 1),
        ];
        var options = new FileTreeOptions { MaxVersions = most, MinVersionDelay = TimeSpan.FromMinutes(minutes) };

        var (keep, drop) = VersionPolicy.Decide(new VersionFacts("d", now, false, 1), versions, options);

        Assert.Equal((candidate, dropped), (keep ? "keep" : "drop", string.Join(' ', drop.Select(version => version.VersionId))));
    }
}
