using System.IO.Compression;
using System.Text;
using Cozy.Storage.Documents;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

/// <content>Attachments.</content>
public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task An_attachment_comes_back_as_it_was()
    {
        var data = new byte[300_000];
        new Random(1).NextBytes(data);
        await AttachAsync("a", null, File("f", data, "image/png"), File("é b", [], null));

        var document = await GetAsync("a");
        Assert.Equal(["f", "é b"], document!.Attachments.Select(a => a.Name).Order(StringComparer.Ordinal));
        var attachment = document.Attachments.Single(a => a.Name == "f");
        Assert.Equal(("image/png", 1, 300_000L, null), (attachment.ContentType, attachment.RevisionPosition, attachment.Length, attachment.Encoding));
#pragma warning disable CA5351
        Assert.Equal(Attachment.WriteDigest(System.Security.Cryptography.MD5.HashData(data)), attachment.Digest);
#pragma warning restore CA5351
        Assert.Equal("application/octet-stream", document.Attachments.Single(a => a.Name == "é b").ContentType);
        Assert.Equal(data, await ReadAsync("a", null, "f"));
        Assert.Empty((await ReadAsync("a", null, "é b"))!);
        Assert.Null(await ReadAsync("a", null, "g"));
        Assert.Null(await ReadAsync("b", null, "f"));
    }

    [Fact]
    public async Task Text_is_kept_compressed()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("compress me ", 500)));
        await AttachAsync("a", null, File("f", text, "text/plain; charset=utf-8"));
        await using var content = await Store.OpenAttachmentAsync(Db, "a", null, "f", Ct);
        Assert.Equal(("gzip", 6000L), (content!.Attachment.Encoding, content.Attachment.Length));
        Assert.InRange(content.Attachment.StoredLength, 1, 500);
        Assert.Equal(text, await ReadAsync("a", null, "f"));
    }

    [Fact]
    public async Task A_reference_keeps_what_the_revision_before_has()
    {
        var first = await AttachAsync("a", null, File("f", "one"u8.ToArray(), "image/png"), File("g", "two"u8.ToArray(), "image/png"));
        var second = await AttachAsync("a", first, new AttachmentEdit("f"), File("h", "three"u8.ToArray(), "image/png"));
        var document = await GetAsync("a");
        Assert.Equal(["f 1", "h 2"], document!.Attachments.Select(a => $"{a.Name} {a.RevisionPosition}").Order(StringComparer.Ordinal));
        Assert.Equal("one"u8.ToArray(), await ReadAsync("a", null, "f"));
        Assert.Equal("two"u8.ToArray(), await ReadAsync("a", first, "g"));
        Assert.Null(await ReadAsync("a", second, "g"));
    }

    [Fact]
    public async Task A_reference_to_what_is_not_there_refuses_the_whole_request()
    {
        var edits = new[]
        {
            new DocumentEdit("a", null, false, default),
            new DocumentEdit("b", null, false, default) { Attachments = [new AttachmentEdit("f")] },
        };
        await Store.CreateDatabaseAsync(Db, Ct);
        var failure = await FailsAsync(StoreError.InvalidDocument, () => Store.EditAsync(Db, edits, Ct));
        Assert.Equal("missing_stub", failure.Error);
        Assert.Null(await GetAsync("a"));

        var replicated = new[]
        {
            Replicated("a", "1-a"),
            Replicated("b", "2-b 1-a") with { Attachments = [new AttachmentEdit("f")] },
        };
        await FailsAsync(StoreError.InvalidDocument, () => Store.ReplicateAsync(Db, replicated, Ct));
        Assert.Null(await GetAsync("a"));
    }

    [Fact]
    public async Task A_replicated_revision_brings_its_attachments_and_refers_to_its_ancestors()
    {
        await ReplicateAsync(Replicated("a", "2-b 1-a") with { Attachments = [File("f", "x"u8.ToArray(), "image/png") with { RevisionPosition = 1 }] });
        await ReplicateAsync(Replicated("a", "3-c 2-b 1-a") with { Attachments = [new AttachmentEdit("f")] });
        var leaves = await Store.GetLeavesAsync(Db, "a", null, false, false, Ct);
        var attachment = Assert.Single(Assert.Single(leaves!).Document!.Attachments);
        Assert.Equal(("f", 1), (attachment.Name, attachment.RevisionPosition));
        Assert.Equal("x"u8.ToArray(), await ReadAsync("a", Rev("3-c"), "f"));
    }

    [Fact]
    public async Task Listings_and_feeds_tell_of_attachments()
    {
        await AttachAsync("a", null, File("f", "x"u8.ToArray(), "image/png"));
        await PutAsync("b");
        var rows = (await Store.ListAsync(Db, new ListQuery { IncludeDocuments = true }, Ct)).Rows;
        Assert.Equal(["f", ""], rows.Select(r => string.Join(' ', r.Document!.Attachments.Select(a => a.Name))));
        var changes = (await Store.ReadChangesAsync(Db, new ChangesQuery { IncludeDocuments = true }, Ct)).Results;
        Assert.Equal(["f", ""], changes.Select(c => string.Join(' ', c.Document!.Attachments.Select(a => a.Name))));
    }

    private static AttachmentEdit File(string name, byte[] data, string? type) => new(name) { Data = data, ContentType = type };

    private async Task<Revision> AttachAsync(string id, Revision? parent, params AttachmentEdit[] attachments)
    {
        var edit = new DocumentEdit(id, parent, false, default) { Attachments = attachments };
        return Assert.Single(await Store.EditAsync(Db, [edit], Ct)).Revision!.Value;
    }

    private async Task<byte[]?> ReadAsync(string id, Revision? revision, string name)
    {
        await using var content = await Store.OpenAttachmentAsync(Db, id, revision, name, Ct);
        if (content is null)
            return null;
        await using var stream = content.Attachment.Encoding is null
            ? content.Stream
            : new GZipStream(content.Stream, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Ct);
        return bytes.ToArray();
    }
}
