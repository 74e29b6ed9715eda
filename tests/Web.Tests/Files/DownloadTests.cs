using System.Text;
using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Storage.Blobs;
using Cozy.Web.Files;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Xunit;

namespace Cozy.Web.Tests.Files;

public sealed class DownloadTests(TestServer server)
{
    private const string Scope = "io.cozy.files";
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz";
    private const string ETag = "\"w/zT12GS5AB9+0lsymfhOw==\"";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bytes=0-4", 206, "abcde", "bytes 0-4/26")]
    [InlineData("bytes=5-9", 206, "fghij", "bytes 5-9/26")]
    [InlineData("bytes=20-", 206, "uvwxyz", "bytes 20-25/26")]
    [InlineData("bytes=-3", 206, "xyz", "bytes 23-25/26")]
    [InlineData("bytes=-300", 206, Alphabet, "bytes 0-25/26")]
    [InlineData("bytes=20-999", 206, "uvwxyz", "bytes 20-25/26")]
    [InlineData("bytes=0-25", 206, Alphabet, "bytes 0-25/26")]
    [InlineData("bytes=0-1,5-6", 200, Alphabet, null)]
    [InlineData("bytes=", 200, Alphabet, null)]
    [InlineData("bytes=26-", 416, null, "bytes */26")]
    [InlineData("bytes=100-200", 416, null, "bytes */26")]
    [InlineData("bytes=9-5", 416, null, null)]
    [InlineData("bytes=abc", 416, null, null)]
    [InlineData("lines=0-1", 416, null, null)]
    public async Task Ranges_are_answered_as_recorded(string range, int status, string? text, string? contentRange)
    {
        var (cozy, id) = await UploadAsync("alphabet.txt", Alphabet);
        var answer = (await cozy.AskAsync("GET", $"/files/download/{id}", Scope,
            change: request => request.Headers.TryAddWithoutValidation("Range", range))).Expect(status);
        if (text is not null)
            Assert.Equal(text, answer.Text);
        if (contentRange is not null)
            Assert.Equal(contentRange, answer.Headers["Content-Range"]);
    }

    [Theory]
    [InlineData("If-None-Match", ETag, 304)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-None-Match", "\"zzz\"", 200)]
    [InlineData("If-Match", ETag, 200)]
    [InlineData("If-Match", "\"zzz\"", 412)]
    [InlineData("If-Modified-Since", "Fri, 01 Jan 2038 00:00:00 GMT", 304)]
    [InlineData("If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT", 200)]
    [InlineData("If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT", 412)]
    public async Task Conditions_are_answered_as_recorded(string header, string value, int status)
    {
        var (cozy, id) = await UploadAsync("alphabet.txt", Alphabet);
        var answer = (await cozy.AskAsync("GET", $"/files/download/{id}", Scope,
            change: request => request.Headers.TryAddWithoutValidation(header, value))).Expect(status);
        Assert.Equal(ETag, answer.Headers["ETag"]);
        Assert.Equal(status == 200 ? Alphabet : "", answer.Text);
    }

    [Fact]
    public async Task A_content_that_was_replaced_since_it_was_looked_up_is_not_a_file_that_is_gone()
    {
        var (cozy, id) = await UploadAsync("draft.txt", "first");
        var tree = server.Services.GetRequiredService<IGrainFactory>().GetGrain<IFileTreeGrain>(cozy.Instance.Id);
        await OverwriteAsync("second");
        var looked = (await tree.FindByIdAsync(id))!;
        await OverwriteAsync("third and last");

        var context = new DefaultHttpContext { RequestServices = server.Services };
        context.Request.Method = HttpMethods.Get;
        context.Request.Headers.Range = "bytes=0-4";
        context.Features.Set(new InstanceFeature(cozy.Instance));
        using var body = new MemoryStream();
        context.Response.Body = body;

        // The former content goes in the background: until then it is what is sent.
        string sent;
        do
        {
            body.SetLength(0);
            await server.Services.GetRequiredService<DownloadHandler>().SendAsync(context, looked);
            sent = Encoding.UTF8.GetString(body.ToArray());
        }
        while (sent == "secon");

        Assert.Equal((206, "third"), (context.Response.StatusCode, sent));
        Assert.Equal("bytes 0-4/14", context.Response.Headers.ContentRange);

        async Task OverwriteAsync(string text) =>
            (await cozy.AskAsync("PUT", $"/files/{id}", Scope, new StringContent(text))).Expect(200);
    }

    [Fact]
    public async Task What_is_read_later_than_it_was_looked_up_is_the_present_content_or_nothing()
    {
        var (cozy, id) = await UploadAsync("draft.txt", "first");
        var looked = (await server.Services.GetRequiredService<IGrainFactory>()
            .GetGrain<IFileTreeGrain>(cozy.Instance.Id).FindByIdAsync(id))!;
        var context = new DefaultHttpContext { RequestServices = server.Services };
        context.Features.Set(new InstanceFeature(cozy.Instance));
        var files = server.Services.GetRequiredService<CurrentContents>();
        (await cozy.AskAsync("PUT", $"/files/{id}", Scope, new StringContent("second"))).Expect(200);
        (await cozy.AskAsync("DELETE", "/files/versions", Scope)).Expect(204);

        string? read;
        while ((read = await ReadAsync()) == "first")
        {
            // The former content goes in the background.
        }

        Assert.Equal("second", read);
        (await cozy.AskAsync("DELETE", $"/files/{id}", Scope)).Expect(200);
        Assert.Equal("second", await ReadAsync());
        (await cozy.AskAsync("DELETE", $"/files/trash/{id}", Scope)).Expect(204);
        while ((read = await ReadAsync()) is not null)
            Assert.Equal("second", read);

        async Task<string?> ReadAsync()
        {
            if (await files.OpenAsync(context, looked) is not var (_, opened))
                return null;
            await using var content = opened;
            await using var stream = content.Stream ?? File.OpenRead(content.LocalPath!);
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync();
        }
    }

    [Fact]
    public async Task What_is_kept_once_more_later_than_it_was_looked_up_is_the_present_content()
    {
        var (cozy, id) = await UploadAsync("draft.txt", "first");
        var looked = (await server.Services.GetRequiredService<IGrainFactory>()
            .GetGrain<IFileTreeGrain>(cozy.Instance.Id).FindByIdAsync(id))!;
        (await cozy.AskAsync("PUT", $"/files/{id}", Scope, new StringContent("second"))).Expect(200);
        (await cozy.AskAsync("DELETE", "/files/versions", Scope)).Expect(204);
        var former = new BlobKey(cozy.Instance.Id, id, StoredFile.From(looked).VersionId);
        while (await server.Services.GetRequiredService<IBlobStore>().OpenAsync(former, null, Ct) is not null)
            await Task.Delay(5, Ct);

        var context = new DefaultHttpContext { RequestServices = server.Services };
        context.Features.Set(new InstanceFeature(cozy.Instance));
        var kept = await server.Services.GetRequiredService<FileCopies>().RenewAsync(
            context, looked, new NewContent { FileId = id, Metadata = """{"label":"kept"}"""u8.ToArray() });

        Assert.Equal("second", (await cozy.AskAsync("GET", $"/files/download/{id}", Scope)).Expect(200).Text);
        Assert.NotEqual(looked.Revision, kept.Revision);
        using var metadata = JsonDocument.Parse(JsonMembers.Json(kept.Members, "metadata")!);
        Assert.Equal("kept", metadata.RootElement.GetProperty("label").GetString());
    }

    [Theory]
    [InlineData(ETag, 206)]
    [InlineData("\"zzz\"", 200)]
    public async Task If_range_decides_whether_a_range_is_sent(string value, int status)
    {
        var (cozy, id) = await UploadAsync("alphabet.txt", Alphabet);
        (await cozy.AskAsync("GET", $"/files/download/{id}", Scope, change: request =>
        {
            request.Headers.TryAddWithoutValidation("Range", "bytes=0-4");
            request.Headers.TryAddWithoutValidation("If-Range", value);
        })).Expect(status);
    }

    [Theory]
    [InlineData("alphabet.txt", "", "inline; filename=\"alphabet.txt\"")]
    [InlineData("alphabet.txt", "?Dl=1", "attachment; filename=\"alphabet.txt\"")]
    [InlineData("été \"quote\";.txt", "", "inline; filename=\"tquote;.txt\"; filename*=UTF-8''%C3%A9t%C3%A9%20%22quote%22%3B.txt")]
    [InlineData("tab\tand\u0001.txt", "", "inline; filename=\"taband.txt\"; filename*=UTF-8''tab%09and%01.txt")]
    public async Task The_name_is_safe_in_the_header(string name, string query, string expected)
    {
        var (cozy, id) = await UploadAsync(name, Alphabet);
        var answer = (await cozy.AskAsync("HEAD", $"/files/download/{id}{query}", Scope)).Expect(200);
        Assert.Equal(expected, answer.Headers["Content-Disposition"]);
        Assert.Equal("26", answer.Headers["Content-Length"]);
        Assert.Equal("text/plain", answer.Headers["Content-Type"]);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Empty(answer.Bytes);
    }

    [Theory]
    [InlineData("/files/download/ffffffffffffffffffffffffffffffff", Scope, 404)]
    [InlineData("/files/download/io.cozy.files.root-dir", Scope, 404)]
    [InlineData("/files/download?Path=/none", Scope, 404)]
    [InlineData("/files/download", Scope, 400)]
    [InlineData("/files/metadata?Path=Garden", Scope, 400)]
    [InlineData("/files/metadata?Path=/none", Scope, 404)]
    [InlineData("/files/..%2F..", Scope, 404)]
    [InlineData("/files/_design%2Fdisk-usage", Scope, 400)]
    [InlineData("/files/", Scope, 404)]
    [InlineData("/files/a/b/c", Scope, 404)]
    [InlineData("/files/download/ffffffffffffffffffffffffffffffff", null, 401)]
    [InlineData("/files/io.cozy.files.root-dir", "io.cozy.recipes", 403)]
    [InlineData("/files/io.cozy.files.root-dir", "io.cozy.files:PATCH", 403)]
    [InlineData("/files/io.cozy.files.root-dir", "*", 200)]
    public async Task What_is_not_there_or_not_allowed_is_said_in_json(string target, string? scope, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        var answer = (await cozy.AskAsync("GET", target, scope)).Expect(status);
        Assert.Equal("application/vnd.api+json", answer.Headers["Content-Type"]);
        if (status != 200)
            Assert.Equal(System.Text.Json.JsonValueKind.Object, answer.Json.GetProperty("errors")[0].GetProperty("source").ValueKind);
    }

    [Fact]
    public async Task A_folder_is_listed_in_pages_that_lead_to_each_other()
    {
        var cozy = await server.CreateInstanceAsync();
        var folder = (await cozy.AskAsync("POST", "/files/?Type=directory&Name=f", Scope)).Expect(201).Data.GetProperty("id").GetString();
        foreach (var name in new[] { "c", "a", "e", "b", "d" })
            (await cozy.AskAsync("POST", $"/files/{folder}?Type=file&Name={name}", Scope, new ByteArrayContent([1]))).Expect(201);

        var names = new List<string?>();
        for (string? next = $"/files/{folder}?page[limit]=2"; next is not null;)
        {
            var page = (await cozy.AskAsync("GET", next, Scope)).Expect(200).Json;
            Assert.Equal(5, page.GetProperty("data").GetProperty("relationships").GetProperty("contents")
                .GetProperty("meta").GetProperty("count").GetInt32());
            names.AddRange(page.GetProperty("included").EnumerateArray().Select(child => child.GetProperty("attributes").GetProperty("name").GetString()));
            next = page.GetProperty("links").TryGetProperty("next", out var link) ? link.GetString() : null;
        }

        Assert.Equal(["a", "b", "c", "d", "e"], names);
        (await cozy.AskAsync("GET", $"/files/{folder}?page[limit]=abc", Scope)).Expect(400);
        (await cozy.AskAsync("GET", $"/files/{folder}?page[cursor]=zzz", Scope)).Expect(400);
        (await cozy.AskAsync("GET", $"/files/{folder}?page[cursor]=[1,2]", Scope)).Expect(400);
        Assert.False((await cozy.AskAsync("GET", $"/files/{folder}?page[skip]=500", Scope)).Expect(200).Json.TryGetProperty("included", out _));
    }

    [Fact]
    public async Task A_rule_on_a_folder_covers_what_is_below_it_and_nothing_else()
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("POST", "/files/?Type=directory&Path=/top/below&Recursive=true", Scope)).Expect(201);
        var top = (await cozy.AskAsync("GET", "/files/metadata?Path=/top", Scope)).Expect(200).Data.GetProperty("id").GetString();
        var below = (await cozy.AskAsync("GET", "/files/metadata?Path=/top/below", Scope)).Expect(200).Data.GetProperty("id").GetString();
        var limited = $"io.cozy.files:GET,POST:{top}";
        var file = (await cozy.AskAsync("POST", $"/files/{below}?Type=file&Name=in.txt&Tags=sweet", limited, new ByteArrayContent([1])))
            .Expect(201).Data.GetProperty("id").GetString();
        (await cozy.AskAsync("GET", $"/files/download/{file}", limited)).Expect(200);
        (await cozy.AskAsync("GET", $"/files/{top}", limited)).Expect(200);
        (await cozy.AskAsync("GET", "/files/io.cozy.files.root-dir", limited)).Expect(403);
        (await cozy.AskAsync("POST", "/files/?Type=file&Name=out.txt", limited, new ByteArrayContent([1]))).Expect(403);
        (await cozy.AskAsync("POST", "/files/?Type=directory&Path=/elsewhere", limited)).Expect(403);
        (await cozy.AskAsync("POST", "/files/?Type=directory&Path=/top/more", limited)).Expect(201);
        (await cozy.AskAsync("GET", $"/files/{file}", "io.cozy.files:GET:sweet:tags")).Expect(200);
        (await cozy.AskAsync("GET", $"/files/{top}", "io.cozy.files:GET:sweet:tags")).Expect(403);
    }

    private async Task<(Cozy Cozy, string Id)> UploadAsync(string name, string text)
    {
        var cozy = await server.CreateInstanceAsync();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", "text/plain");
        var answer = await cozy.AskAsync("POST", $"/files/?Type=file&Name={Uri.EscapeDataString(name)}", Scope, content);
        return (cozy, answer.Expect(201).Data.GetProperty("id").GetString()!);
    }
}
