using System.Globalization;
using System.Security.Cryptography;
using Xunit;

namespace Cozy.Web.Tests.Files;

public sealed class UploadTests(TestServer server)
{
    private const string Scope = "io.cozy.files";

    [Fact]
    public async Task A_file_is_uploaded_shown_and_downloaded_byte_by_byte()
    {
        var cozy = await server.CreateInstanceAsync();
        var bytes = RandomNumberGenerator.GetBytes(700_000);
        var md5 = Md5(bytes);
        var created = (await UploadAsync(cozy, "Name=photo.jpg&Tags=a,b", bytes, "image/jpeg", md5)).Expect(201);
        Assert.Equal("application/vnd.api+json", created.Headers["Content-Type"]);
        var data = created.Data;
        var attributes = data.GetProperty("attributes");
        Assert.Equal("file", attributes.GetProperty("type").GetString());
        Assert.Equal("700000", attributes.GetProperty("size").GetString());
        Assert.Equal(md5, attributes.GetProperty("md5sum").GetString());
        Assert.Equal("image", attributes.GetProperty("class").GetString());
        Assert.False(attributes.TryGetProperty("internal_vfs_id", out _));
        Assert.Equal("io.cozy.files.root-dir",
            data.GetProperty("relationships").GetProperty("parent").GetProperty("data").GetProperty("id").GetString());

        var id = data.GetProperty("id").GetString();
        Assert.Equal($"/files/{id}", data.GetProperty("links").GetProperty("self").GetString());
        Assert.Equal(bytes, (await cozy.AskAsync("GET", $"/files/download/{id}", Scope)).Expect(200).Bytes);
        Assert.Equal(bytes, (await cozy.AskAsync("GET", "/files/download?Path=/photo.jpg", Scope)).Expect(200).Bytes);
        Assert.Equal(id, (await cozy.AskAsync("GET", "/files/metadata?Path=//x/../photo.jpg", Scope)).Expect(200).Data.GetProperty("id").GetString());
        Assert.Equal(id, (await cozy.AskAsync("GET", $"/files/{id}", Scope)).Expect(200).Data.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("Type=file&Name=a%2Fb", 422, "Invalid filename")]
    [InlineData("Type=file&Name=a%00b", 422, "Invalid filename")]
    [InlineData("Type=file&Name=..", 422, "Invalid filename")]
    [InlineData("Type=file&Name=.", 422, "Invalid filename")]
    [InlineData("Type=file&Name=", 422, "Invalid filename")]
    [InlineData("Type=file", 422, "Invalid filename")]
    [InlineData("Type=directory&Name=a%0Ab", 422, "Invalid filename")]
    [InlineData("Type=directory&Name=..", 422, "Invalid filename")]
    [InlineData("Type=directory&Path=relative", 400, "Path should be absolute")]
    [InlineData("Type=directory&Path=/missing/below", 404, "file does not exist")]
    [InlineData("Type=symlink&Name=a", 422, "Invalid document type")]
    [InlineData("Name=a", 422, "Invalid document type")]
    public async Task Bad_names_and_types_are_refused(string query, int status, string detail)
    {
        var cozy = await server.CreateInstanceAsync();
        var answer = (await cozy.AskAsync("POST", $"/files/?{query}", Scope, new ByteArrayContent([1]))).Expect(status);
        Assert.Contains(detail, answer.Json.GetProperty("errors")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            status.ToString(CultureInfo.InvariantCulture), answer.Json.GetProperty("errors")[0].GetProperty("status").GetString());
        await ExpectNothingLeftAsync(cozy);
    }

    [Fact]
    public async Task A_name_longer_than_file_systems_hold_is_refused()
    {
        var cozy = await server.CreateInstanceAsync();
        (await UploadAsync(cozy, $"Name={new string('n', 256)}", [1])).Expect(422);
        await ExpectNothingLeftAsync(cozy);
    }

    [Fact]
    public async Task Content_that_is_not_what_was_announced_is_refused_and_leaves_nothing()
    {
        var cozy = await server.CreateInstanceAsync();
        var wrong = (await UploadAsync(cozy, "Name=a", [1, 2, 3], md5: Md5([4]))).Expect(412);
        Assert.Equal("Content-MD5", wrong.Json.GetProperty("errors")[0].GetProperty("source").GetProperty("parameter").GetString());
        (await UploadAsync(cozy, "Name=a", [1, 2, 3], md5: "!!!")).Expect(422);
        (await UploadAsync(cozy, "Name=a", [1, 2, 3], md5: "9badf81523ffef426cee73e11ad5cb78")).Expect(422);
        (await UploadAsync(cozy, "Name=a", [1, 2, 3], type: "not a mime//")).Expect(422);
        (await UploadAsync(cozy, "Name=a&Size=60", [1, 2, 3], chunked: true)).Expect(412);
        (await UploadAsync(cozy, "Name=a&Size=2", [1, 2, 3], chunked: true)).Expect(412);
        var large = (await UploadAsync(cozy, "Name=a", new byte[1_000_001])).Expect(413);
        Assert.Equal(
            "The file is too big and exceeds the filesystem maximum file size",
            large.Json.GetProperty("errors")[0].GetProperty("detail").GetString());
        (await UploadAsync(cozy, "Name=a", new byte[1_000_001], chunked: true)).Expect(413);
        await ExpectNothingLeftAsync(cozy);
        (await UploadAsync(cozy, "Name=a&Size=3", [1, 2, 3], chunked: true, md5: Md5([1, 2, 3]))).Expect(201);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing()
    {
        var cozy = await server.CreateInstanceAsync();
        await server.SendRawAsync(Head(cozy, "Content-Length: 100\r\n") + "only this", closeEarly: true);
        await ExpectNothingLeftAsync(cozy);
    }

    [Fact]
    public async Task An_upload_that_stops_arriving_is_given_up()
    {
        var cozy = await server.CreateInstanceAsync();
        Assert.StartsWith("HTTP/1.1 408", await server.SendRawAsync(Head(cozy, "Content-Length: 100\r\n") + "only this"), StringComparison.Ordinal);
        await ExpectNothingLeftAsync(cozy);
    }

    [Fact]
    public async Task A_client_that_waits_for_leave_to_send_is_refused_before_it_sends()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { DiskQuota = 10 });
        var answer = await server.SendRawAsync(Head(cozy, "Content-Length: 100\r\nExpect: 100-continue\r\nConnection: close\r\n"));
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_quota_holds_for_content_of_unknown_length()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { DiskQuota = 1000 });
        (await UploadAsync(cozy, "Name=a", new byte[2000], chunked: true)).Expect(413);
        await ExpectNothingLeftAsync(cozy);
        (await UploadAsync(cozy, "Name=a", new byte[900], chunked: true)).Expect(201);
        (await UploadAsync(cozy, "Name=b", new byte[200])).Expect(413);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task A_name_that_is_taken_is_a_conflict_and_the_content_is_not_kept(int length)
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("POST", "/files/?Type=directory&Name=Taken", Scope)).Expect(201);
        (await UploadAsync(cozy, "Name=Taken", new byte[length])).Expect(409);
        (await UploadAsync(cozy, "Name=a%2Fb", new byte[length])).Expect(422);
        Assert.Empty(await ContentsAsync(cozy, expected: 0));
        (await UploadAsync(cozy, "Name=a", new byte[length])).Expect(201);
        (await UploadAsync(cozy, "Name=a", new byte[length])).Expect(409);
        Assert.Single(await ContentsAsync(cozy, expected: 1));
        (await cozy.AskAsync("POST", "/files/?Type=directory&Name=a", Scope)).Expect(409);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(100_000)]
    public async Task A_wrong_place_is_told_before_a_wrong_content(int length)
    {
        var cozy = await server.CreateInstanceAsync();
        var upload = (string parent, string query) => cozy.AskAsync(
            "POST", $"/files/{parent}?Type=file&{query}", Scope, new ByteArrayContent(new byte[length]) { Headers = { ContentMD5 = new byte[16] } });
        (await upload("missing", "Name=a")).Expect(404);
        (await upload("", "Name=a%2Fb")).Expect(422);
        (await upload("", "Name=Photos")).Expect(409);
        (await upload("", "Name=a")).Expect(412);
        await ExpectNothingLeftAsync(cozy);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("io.cozy.recipes", 403)]
    [InlineData("io.cozy.files:GET", 403)]
    [InlineData("io.cozy.files:POST:elsewhere", 403)]
    [InlineData("io.cozy.files:POST", 201)]
    [InlineData("io.cozy.files:POST:io.cozy.files.root-dir", 201)]
    public async Task Uploading_needs_the_permission_to_post(string? scope, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("POST", "/files/?Type=file&Name=a", scope, new ByteArrayContent([1]))).Expect(status);
        (await cozy.AskAsync("POST", "/files/?Type=directory&Name=b", scope)).Expect(status);
        (await cozy.AskAsync("POST", "/files/?Type=directory&Path=/c/d&Recursive=true", scope)).Expect(status);
    }

    private static async Task<Answer> UploadAsync(
        Cozy cozy, string query, byte[] bytes, string? type = null, string? md5 = null, bool chunked = false)
    {
        var content = new ByteArrayContent(bytes);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (md5 is not null)
            content.Headers.TryAddWithoutValidation("Content-MD5", md5);
        return await cozy.AskAsync("POST", $"/files/?Type=file&{query}", Scope, content,
            request => request.Headers.TransferEncodingChunked = chunked ? true : null);
    }

    private static string Head(Cozy cozy, string headers) =>
        $"POST /files/?Type=file&Name=a HTTP/1.1\r\nHost: {cozy.Instance.Domain}\r\nAuthorization: Bearer {cozy.Token(Scope)}\r\n{headers}\r\n";

#pragma warning disable CA5351 // The API's checksum is MD5.
    private static string Md5(byte[] bytes) => Convert.ToBase64String(MD5.HashData(bytes));
#pragma warning restore CA5351

    // Only the two folders every instance starts with, and no content on the disk.
    private async Task ExpectNothingLeftAsync(Cozy cozy)
    {
        var root = (await cozy.AskAsync("GET", "/files/io.cozy.files.root-dir", Scope)).Expect(200);
        Assert.Equal(2, root.Json.GetProperty("included").GetArrayLength());
        Assert.Empty(await ContentsAsync(cozy, expected: 0));
    }

    /// <summary>The files that hold an instance's contents, once they are no more than expected or that takes too long.</summary>
    private async Task<string[]> ContentsAsync(Cozy cozy, int expected)
    {
        var folder = Path.Combine(server.FilesFolder, cozy.Instance.Id);
        var left = () => Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToArray()
            : [];

        // The server notices a connection that broke off a little after the client closed it, and confirms what it has answered.
        for (var i = 0; i < 100 && left().Length > expected; i++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        return left();
    }
}
