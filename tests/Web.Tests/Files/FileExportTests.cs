using System.Formats.Tar;
using System.Text;
using Cozy.Grains.FileAudits;
using Cozy.Grains.Files;
using Cozy.Storage.Blobs;
using Cozy.Web.Admin.Files;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Xunit;

namespace Cozy.Web.Tests.Files;

public sealed class FileExportTests(TestServer server)
{
    private const string Scope = "io.cozy.files";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_that_change_while_they_are_exported_are_written_as_they_are_then()
    {
        var cozy = await server.CreateInstanceAsync();
        var changed = await UploadAsync("changed.txt", "first");
        var gone = await UploadAsync("gone.txt", "gone");
        await OverwriteAsync("second");
        var documents = server.Services.GetRequiredService<IGrainFactory>().GetGrain<IFileAuditGrain>(cozy.Instance.Id);
        var blobs = server.Services.GetRequiredService<IBlobStore>();
        var tree = new AuditedTree(await documents.ListFilesAsync(null, 1000));
        var before = tree.Files.Where(file => file.VersionId is not null).Select(file => new BlobKey(cozy.Instance.Id, file.Id, file.VersionId!)).ToList();
        await OverwriteAsync("third and last");
        (await cozy.AskAsync("DELETE", $"/files/{gone}", Scope)).Expect(200);
        (await cozy.AskAsync("DELETE", $"/files/trash/{gone}", Scope)).Expect(204);
        foreach (var key in before)
        {
            // They are removed in the background.
            while (await blobs.OpenAsync(key, null, Ct) is not null)
                await Task.Delay(5, Ct);
        }

        using var tar = new MemoryStream();
        await FileExport.WriteAsync(tree, documents, blobs, cozy.Instance.Id, withTrash: false, tar, Ct);

        tar.Position = 0;
        var found = new List<string>();
        await using var reader = new TarReader(tar);
        while (await reader.GetNextEntryAsync(copyData: true, Ct) is { } entry)
        {
            if (entry.EntryType == TarEntryType.RegularFile)
                found.Add($"{entry.Name} {await new StreamReader(entry.DataStream!).ReadToEndAsync(Ct)}");
        }

        Assert.Equal(["changed.txt third and last"], found);

        async Task<string> UploadAsync(string name, string text) => (await cozy.AskAsync(
            "POST", $"/files/?Type=file&Name={name}", Scope, new StringContent(text, Encoding.UTF8, "text/plain"))).Expect(201).Data.GetProperty("id").GetString()!;

        async Task OverwriteAsync(string text) =>
            (await cozy.AskAsync("PUT", $"/files/{changed}", Scope, new StringContent(text))).Expect(200);
    }
}
