using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Grains.Jobs;
using Cozy.Grains.Jobs.Workers;
using Cozy.Grains.Notifications;
using Cozy.Grains.Tests.Files;
using Xunit;

namespace Cozy.Grains.Tests.Jobs;

/// <summary>The workers in the box, through the queue.</summary>
public sealed class WorkersTests(TestSilo silo)
{
    [Fact]
    public async Task An_archive_is_made_and_taken_apart_again()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var (a, b) = (await files.UploadAsync("a.txt", "alpha"), await files.UploadAsync("b.txt", new string('b', 100_000)));
        var folder = await files.FolderAsync("made");
        var zipped = await RunAsync(files, "zip", $$$"""{"files":{"a.txt":"{{{a.Id}}}","deep/er/b.txt":{"id":"{{{b.Id}}}"} },"dir_id":"{{{folder.Id}}}","filename":"all.zip"}""");
        Assert.Equal(("done", null), (zipped.State, zipped.Error));
        var zip = await files.Tree.FindByPathAsync("/made/all.zip");

        var target = await files.FolderAsync("taken");
        for (var i = 0; i < 2; i++)
            Assert.Equal("done", (await RunAsync(files, "unzip", $$$"""{"zip":"{{{zip!.Id}}}","destination":"{{{target.Id}}}"}""")).State);
        Assert.Equal("alpha", await files.ContentAsync((await files.Tree.FindByPathAsync("/taken/a.txt"))!));
        Assert.Equal(100_000, (await files.ContentAsync((await files.Tree.FindByPathAsync("/taken/deep/er/b.txt"))!))!.Length);
    }

    [Fact]
    public async Task An_archive_that_leads_out_or_is_none_harms_nothing()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in new[] { "../../out.txt", "good.txt" })
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write("x"u8);
            }
        }

        var evil = await MakeAsync(files, "evil.zip", bytes.ToArray());
        var target = await files.FolderAsync("taken");
        Assert.Equal("done", (await RunAsync(files, "unzip", $$$"""{"zip":"{{{evil.Id}}}","destination":"{{{target.Id}}}"}""")).State);
        Assert.Null(await files.Tree.FindByPathAsync("/out.txt"));
        Assert.NotNull(await files.Tree.FindByPathAsync("/taken/good.txt"));

        var text = await files.UploadAsync("a.txt", "alpha");
        Assert.Equal("The file is no archive, or is damaged.", (await RunAsync(files, "unzip", $$$"""{"zip":"{{{text.Id}}}","destination":"{{{target.Id}}}"}""")).Error);
        Assert.Equal("A file of the job is not there.", (await RunAsync(files, "unzip", """{"zip":"ghost","destination":"x"}""")).Error);
        Assert.Equal("The message has no zip.", (await RunAsync(files, "unzip", "[]")).Error);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(2_000_000)]
    public async Task An_archive_that_lies_about_a_length_leaves_no_file(int said)
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("liar.txt", CompressionLevel.Fastest).Open();
            entry.Write(new byte[1_000_000]);
        }

        // The length stands in the central directory, which is at the end.
        var archive = bytes.ToArray();
        var directory = archive.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteInt32LittleEndian(archive.AsSpan(directory + 24), said);
        var lying = await MakeAsync(files, "lying.zip", archive);
        var target = await files.FolderAsync("taken");

        var job = await RunAsync(files, "unzip", $$$"""{"zip":"{{{lying.Id}}}","destination":"{{{target.Id}}}"}""");

        Assert.Equal(("errored", "The file is no archive, or is damaged."), (job.State, job.Error));
        Assert.Null(await files.Tree.FindByPathAsync("/taken/liar.txt"));
    }

    [Theory]
    [InlineData("""{"url":"http://127.0.0.1:1/"}""", "The address is not one of the Internet.")]
    [InlineData("""{"url":"http://localhost:1/"}""", "The address is not one of the Internet.")]
    [InlineData("""{"url":"http://169.254.169.254/latest/meta-data"}""", "The address is not one of the Internet.")]
    [InlineData("""{"url":"file:///etc/passwd"}""", "The url is none that can be called.")]
    [InlineData("""{"url":"http://user:word@example.net/"}""", "The url is none that can be called.")]
    [InlineData("""{"url":"http://example.net/","method":"CONNECT"}""", "The method is none that can be used.")]
    public async Task A_tenant_cannot_call_into_the_operators_network(string message, string error) =>
        Assert.Equal(error, (await RunAsync(await FileTreeFixture.CreateAsync(silo), "webhook", message)).Error);

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2606:4700::1111", true)]
    public void Addresses_of_the_Internet_are_told_from_others(string address, bool expected) =>
        Assert.Equal(expected, OutsideConnections.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task The_trash_is_emptied_and_a_gateway_that_is_not_there_is_reported()
    {
        var files = await FileTreeFixture.CreateAsync(silo);
        var file = await files.UploadAsync("a.txt", "alpha");
        await files.TrashAsync(file.Id);
        Assert.Equal("done", (await RunAsync(files, "clean-old-trashed", "null")).State);
        Assert.NotNull(await files.Tree.FindByIdAsync(file.Id));
        Assert.Equal("done", (await RunAsync(files, "trash-files", "null")).State);
        Assert.Null(await files.Tree.FindByIdAsync(file.Id));
        Assert.Equal("This server has no gateway for push.", (await RunAsync(files, "push", "{}")).Error);
    }

    [Theory]
    [InlineData("""{"bloom":{}}""", null, null, 0, nameof(NotificationFate.Sent))]
    [InlineData("""{"bloom":{"stateful":true}}""", "\"a\"", "\"a\"", 1000, nameof(NotificationFate.Dropped))]
    [InlineData("""{"bloom":{"stateful":true}}""", "\"b\"", "\"a\"", 0, nameof(NotificationFate.Sent))]
    [InlineData("""{"bloom":{"stateful":true}}""", "false", "true", 1000, nameof(NotificationFate.Kept))]
    [InlineData("""{"bloom":{"stateful":true,"min_interval":"1m"}}""", "true", "false", 59, nameof(NotificationFate.Kept))]
    [InlineData("""{"bloom":{"stateful":true,"min_interval":"1m"}}""", "true", "false", 60, nameof(NotificationFate.Sent))]
    [InlineData("""{"bloom":{"min_interval":60000000000}}""", null, null, 59, nameof(NotificationFate.Dropped))]
    [InlineData("""{"bloom":{"min_interval":"1m"}}""", null, null, 60, nameof(NotificationFate.Sent))]
    public void A_category_says_whether_a_notification_is_sent_again(string categories, string? state, string? last, int seconds, string expected)
    {
        var now = DateTimeOffset.UnixEpoch;
        var category = NotificationCategory.Find(JsonElement.Parse(categories), "bloom");
        Assert.Equal(expected, category!.After(state, last, now.AddSeconds(-seconds), now).ToString());
        Assert.Null(NotificationCategory.Find(JsonElement.Parse(categories), "ghost"));
    }

    internal static async Task<FileEntry> MakeAsync(TestSilo silo, FileTreeFixture files, string name, byte[] content) => await new JobFiles(silo.Grains, silo.Blobs).MakeAsync(
        files.Instance.Id, new NewFile { Name = name }, async (stream, cancellation) => await stream.WriteAsync(content, cancellation), TestContext.Current.CancellationToken);

    internal static async Task<JobDocument> RunAsync(TestSilo silo, FileTreeFixture files, string worker, string message)
    {
        var queue = silo.Of<IJobQueueGrain>(files.Instance);
        var pushed = await queue.PushAsync(new NewJob { Worker = worker, Message = Encoding.UTF8.GetBytes(message), Options = new JobOptions { MaxTries = 1 } });
        JobDocument? job = null;
        await Until.TrueAsync(async () => (job = JobDocument.Parse((await queue.GetAsync(pushed.Id))!)).HasEnded);
        return job!;
    }

    private Task<FileEntry> MakeAsync(FileTreeFixture files, string name, byte[] content) => MakeAsync(silo, files, name, content);

    private Task<JobDocument> RunAsync(FileTreeFixture files, string worker, string message) => RunAsync(silo, files, worker, message);
}
