using Cozy.Grains.Dav;
using Cozy.Grains.Tests.Files;
using Xunit;

namespace Cozy.Grains.Tests.Dav;

public sealed class DavPropertiesTests(TestSilo silo)
{
    [Fact]
    public async Task The_properties_of_what_is_destroyed_go_with_it_and_others_stay()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var folder = await files.FolderAsync("Folder");
        var (gone, kept) = (await files.UploadAsync("gone", "1", folder.Id), await files.UploadAsync("kept", "2"));
        var properties = silo.Of<IDavPropertiesGrain>(files.Instance);
        string[] all = [folder.Id, gone.Id, kept.Id];
        foreach (var id in all)
            await properties.ChangeAsync(id, [new DavPropertyChange("urn:x", "mood", "<mood xmlns='urn:x'/>")], 1000);

        await files.DestroyAsync(folder.Id);

        await Until.TrueAsync(async () => (await properties.FindAsync(all)).Count == 1);
        Assert.Equal(kept.Id, Assert.Single(await properties.FindAsync(all)).FileId);
    }
}
