using System.IO.Compression;
using System.Net.Http.Headers;
using Cozy.Testing;
using Xunit;

namespace Cozy.Web.Tests.Files;

/// <summary>Single pages of PDFs, alone and in archives.</summary>
public sealed class FilePageTests(TestServer server)
{
    private const string Scope = "io.cozy.files";
    private static readonly byte[] Book = SamplePdfs.Book("one", "two", "three").Build();

    [Fact]
    public async Task A_page_is_downloaded_wherever_the_file_is()
    {
        var (cozy, id) = await UploadAsync("bill.pdf", Book);
        var byId = (await cozy.AskAsync("GET", $"/files/download/{id}?Page=2", Scope)).Expect(200);
        Assert.Equal(["two 201x100 90"], SamplePdfs.Read(byId.Bytes));
        Assert.Equal(
            ("application/pdf", "inline; filename=\"bill(2).pdf\"; filename*=UTF-8''bill%20%282%29.pdf", "none"),
            (byId.Headers["Content-Type"], byId.Headers["Content-Disposition"], byId.Headers["Accept-Ranges"]));

        var byPath = (await cozy.AskAsync("GET", "/files/download?Path=/bill.pdf&Page=3&Dl=1", Scope)).Expect(200);
        Assert.Equal(["three 202x100 180"], SamplePdfs.Read(byPath.Bytes));
        Assert.StartsWith("attachment; ", byPath.Headers["Content-Disposition"], StringComparison.Ordinal);

        var link = (await cozy.AskAsync("POST", $"/files/downloads?Id={id}", Scope)).Expect(200)
            .Json.GetProperty("links").GetProperty("related").GetString();
        var byLink = (await cozy.AskAsync("GET", $"{link}?Page=1")).Expect(200);
        Assert.Equal(["one 200x100 0"], SamplePdfs.Read(byLink.Bytes));
        Assert.Equal(["one 200x100 0"], SamplePdfs.Read((await cozy.AskAsync("GET", $"{link}?Page=1&Dl=1")).Expect(200).Bytes));
        Assert.Contains("frame-ancestors *", byLink.Headers["Content-Security-Policy"], StringComparison.Ordinal);

        var head = (await cozy.AskAsync("HEAD", $"/files/download/{id}?Page=2", Scope)).Expect(200);
        Assert.Equal(byId.Bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), head.Headers["Content-Length"]);
        (await cozy.AskAsync("GET", $"/files/download/{id}?Page=2", Scope, change: request =>
            request.Headers.TryAddWithoutValidation("If-None-Match", byId.Headers["ETag"]))).Expect(304);
        (await cozy.AskAsync("GET", $"/files/download/{id}?Page=1", Scope, change: request =>
            request.Headers.TryAddWithoutValidation("If-None-Match", byId.Headers["ETag"]))).Expect(200);
        Assert.Equal(Book, (await cozy.AskAsync("GET", $"/files/download/{id}?Page=", Scope)).Expect(200).Bytes);
    }

    [Fact]
    public async Task A_page_of_a_former_content_is_had_too()
    {
        var (cozy, id) = await UploadAsync("bill.pdf", Book);
        (await cozy.AskAsync("PUT", $"/files/{id}", Scope, Body(SamplePdfs.Book("new").Build()))).Expect(200);
        var version = (await cozy.AskAsync("GET", $"/files/{id}", Scope)).Expect(200)
            .Data.GetProperty("relationships").GetProperty("old_versions").GetProperty("data")[0].GetProperty("id").GetString();
        Assert.Equal(["two 201x100 90"], SamplePdfs.Read((await cozy.AskAsync("GET", $"/files/download/{version}?Page=2", Scope)).Expect(200).Bytes));
        (await cozy.AskAsync("GET", $"/files/download/{id}?Page=2", Scope)).Expect(422);
    }

    [Fact]
    public async Task A_page_that_cannot_be_had_is_refused()
    {
        var (cozy, id) = await UploadAsync("bill.pdf", Book);
        var text = await UploadAsync(cozy, "note.pdf", "no PDF"u8.ToArray());
        foreach (var path in (string[])[$"{id}?Page=x", $"{id}?Page=0", $"{id}?Page=-1", $"{id}?Page=4", $"{id}?Page=99999999999", $"{text}?Page=1"])
        {
            var error = (await cozy.AskAsync("GET", $"/files/download/{path}", Scope)).Expect(422).Json.GetProperty("errors")[0];
            Assert.Equal(
                ("Invalid Parameter", "Page"),
                (error.GetProperty("title").GetString(), error.GetProperty("source").GetProperty("parameter").GetString()));
        }

        (await cozy.AskAsync("GET", "/files/download/io.cozy.files.root-dir?Page=1", Scope)).Expect(404);
        (await cozy.AskAsync("GET", $"/files/download/{id}?Page=1")).Expect(401);
        (await cozy.AskAsync("GET", $"/files/download/{id}?Page=1", $"io.cozy.files:GET:{text}")).Expect(403);
    }

    [Fact]
    public async Task An_archive_has_pages_beside_files()
    {
        var (cozy, id) = await UploadAsync("bill.pdf", Book);
        var other = await UploadAsync(cozy, "other.pdf", SamplePdfs.Book("lone").BuildCompressed());
        var attributes = $$"""
            {"name":"winter","ids":["{{other}}"],
             "pages":[{"id":"{{id}}","page":3},{"id":"{{id}}","page":1},{"id":"{{other}}","page":1},{"id":"{{id}}","page":3},{"id":"{{id}}"}]}
            """;
        var made = (await cozy.AskAsync("POST", "/files/archive", Scope, Archive(attributes))).Expect(200);
        Assert.Equal(3, made.Data.GetProperty("attributes").GetProperty("pages")[0].GetProperty("page").GetInt32());
        var byLink = (await cozy.AskAsync("GET", made.Json.GetProperty("links").GetProperty("related").GetString()!)).Expect(200).Bytes;
        var atOnce = (await cozy.AskAsync("POST", "/files/archive", Scope, Archive(attributes),
            request => request.Headers.Accept.ParseAdd("application/zip"))).Expect(200).Bytes;

        foreach (var bytes in (byte[][])[byLink, atOnce])
        {
            using var archive = new ZipArchive(new MemoryStream(bytes));
            Assert.Equal(
                [
                    "winter/other.pdf lone 200x100 0", "winter/bill.pdf one 200x100 0|two 201x100 90|three 202x100 180",
                    "winter/bill (3).pdf three 202x100 180", "winter/bill (1).pdf one 200x100 0", "winter/other (1).pdf lone 200x100 0",
                    "winter/bill (3) (2).pdf three 202x100 180",
                ],
                archive.Entries.Select(entry => $"{entry.FullName} {string.Join('|', SamplePdfs.Read(Content(entry)))}"));
        }
    }

    [Fact]
    public async Task An_archive_of_pages_that_are_not_there_is_refused_before_anything_is_sent()
    {
        var (cozy, id) = await UploadAsync("bill.pdf", Book);
        var text = await UploadAsync(cozy, "note.txt", "no PDF"u8.ToArray());
        (string Pages, int Status)[] bad =
        [
            ($$"""[{"id":"{{id}}","page":4}]""", 422),
            ($$"""[{"id":"{{text}}","page":1}]""", 422),
            ("""[{"id":"ffffffffffffffffffffffffffffffff","page":1}]""", 404),
            ("""[{"id":"io.cozy.files.root-dir","page":1}]""", 404),
            ($$"""[{"id":"{{id}}","page":"1"}]""", 400),
            ($$"""[{"id":"{{id}}","page":1.5}]""", 400),
            ("""[{"page":1}]""", 400),
            ("""["x"]""", 400),
            ("""{"id":"x"}""", 400),
        ];
        foreach (var (pages, status) in bad)
        {
            var answer = await cozy.AskAsync("POST", "/files/archive", Scope, Archive($$"""{"ids":["{{text}}"],"pages":{{pages}}}"""),
                request => request.Headers.Accept.ParseAdd("application/zip"));
            Assert.True(answer.Status == status, $"{pages}: {answer.Status} {answer.Text}");
        }

        (await cozy.AskAsync("POST", "/files/archive", Scope, Archive("""{"pages":[]}"""))).Expect(400);
        (await cozy.AskAsync("POST", "/files/archive", $"io.cozy.files:GET:{text}", Archive($$"""{"pages":[{"id":"{{id}}","page":1}]}"""))).Expect(403);
        var many = string.Join(',', Enumerable.Repeat($$"""{"id":"{{id}}","page":1}""", 1001));
        (await cozy.AskAsync("POST", "/files/archive", Scope, Archive($$"""{"pages":[{{many}}]}"""))).Expect(400);
    }

    private static HttpContent Archive(string attributes) => Cozy.Json("{\"data\":{\"attributes\":" + attributes + "}}");

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var bytes = new MemoryStream();
        using var stream = entry.Open();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private async Task<(Cozy Cozy, string Id)> UploadAsync(string name, byte[] bytes)
    {
        var cozy = await server.CreateInstanceAsync();
        return (cozy, await UploadAsync(cozy, name, bytes));
    }

    private static async Task<string> UploadAsync(Cozy cozy, string name, byte[] bytes) =>
        (await cozy.AskAsync("POST", $"/files/?Type=file&Name={name}", Scope, Body(bytes))).Expect(201).Data.GetProperty("id").GetString()!;

    private static ByteArrayContent Body(byte[] bytes)
    {
        var body = new ByteArrayContent(bytes);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        return body;
    }
}
