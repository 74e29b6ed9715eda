using System.IO.Compression;
using Cozy.Grains.Files;
using Cozy.Grains.Tests.Files;
using Cozy.Storage.Blobs;
using Cozy.Testing;
using Xunit;

namespace Cozy.Grains.Tests.Jobs;

/// <summary>Archives of pages that a job makes, on a local disk and in Swift.</summary>
public sealed class PageArchiveTests(TestSilo disk, FarmStoresSilo farm)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_page_is_archived_alone_and_one_that_is_not_there_ends_the_job(bool isFarm)
    {
        var silo = isFarm ? farm : disk;
        var files = await FileTreeFixture.CreateAsync(silo);
        var bill = await WorkersTests.MakeAsync(silo, files, "bill.pdf", SamplePdfs.Book("one", "two").Build());
        var message = $$$"""{"files":{"a.pdf":{"id":"{{{bill.Id}}}","page":2},"b.pdf":{"id":"{{{bill.Id}}}","page":0} },"dir_id":"io.cozy.files.root-dir","filename":"NAME"}""";

        Assert.Equal("done", (await WorkersTests.RunAsync(silo, files, "zip", message.Replace("NAME", "all.zip", StringComparison.Ordinal))).State);
        var failed = await WorkersTests.RunAsync(
            silo, files, "zip", message.Replace("\"page\":2", "\"page\":3", StringComparison.Ordinal).Replace("NAME", "none.zip", StringComparison.Ordinal));

        var zip = (await files.Tree.FindByPathAsync("/all.zip"))!;
        await using var content = (await silo.Blobs.OpenAsync(
            new BlobKey(files.Instance.Id, zip.Id, FileDocument.VersionId(zip.Members)), null, TestContext.Current.CancellationToken))!;
        using var bytes = new MemoryStream();
        await (content.Stream ?? File.OpenRead(content.LocalPath!)).CopyToAsync(bytes, TestContext.Current.CancellationToken);
        using var archive = new ZipArchive(bytes);
        Assert.Equal(["two 201x100 90"], Read(archive, "a.pdf"));
        Assert.Equal(["one 200x100 0", "two 201x100 90"], Read(archive, "b.pdf"));
        Assert.Equal(("errored", "The PDF has 2 pages."), (failed.State, failed.Error));
        Assert.Null(await files.Tree.FindByPathAsync("/none.zip"));
    }

    private static IReadOnlyList<string> Read(ZipArchive archive, string name)
    {
        using var page = new MemoryStream();
        using var stream = archive.GetEntry(name)!.Open();
        stream.CopyTo(page);
        return SamplePdfs.Read(page.ToArray());
    }
}
