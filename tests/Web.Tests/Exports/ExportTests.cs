using System.IO.Compression;
using System.Text.RegularExpressions;
using Cozy.Grains.Errors;
using Cozy.Grains.Exports;
using Cozy.Testing;
using Cozy.Web.Tests.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Exports;

public sealed partial class ExportTests(TestServer server)
{
    private const string Exports = "io.cozy.exports";

    [Fact]
    public async Task The_owner_takes_along_documents_files_and_versions_in_several_archives()
    {
        var email = MailCatcher.NewAddress();
        var cozy = await server.CreateInstanceAsync(request => request with { Email = email });
        (await cozy.AskAsync("POST", "/data/io.cozy.plants/", "io.cozy.plants", Cozy.Json("""{"name":"fern"}"""))).Expect(201);
        var folder = (await cozy.AskAsync("POST", "/files/?Type=directory&Name=Papers", "io.cozy.files")).Expect(201).Data.GetProperty("id").GetString();
        var texts = new Dictionary<string, string>();
        for (var i = 0; i < 4; i++)
        {
            texts[$"My Cozy/Files/Papers/{i}.txt"] = new string((char)('a' + i), 3000);
            (await cozy.AskAsync("POST", $"/files/{folder}?Type=file&Name={i}.txt", "io.cozy.files", new StringContent(texts[$"My Cozy/Files/Papers/{i}.txt"]))).Expect(201);
        }

        var changed = (await cozy.AskAsync("POST", "/files/?Type=file&Name=note.txt", "io.cozy.files", new StringContent("before"))).Expect(201).Data.GetProperty("id").GetString();
        (await cozy.AskAsync("PUT", $"/files/{changed}", "io.cozy.files", new StringContent("after"))).Expect(200);
        texts["My Cozy/Files/note.txt"] = "after";

        (await AskAsync(cozy, """{"parts_size":7000}""")).Expect(201);
        var mail = await server.Mails.WaitForAsync(email);
        Assert.Contains("ready", mail.Subject, StringComparison.Ordinal);
        var links = Links().Matches(mail.Text).Select(match => new Uri(match.Value)).Where(link => link.AbsolutePath.StartsWith("/move/", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, links.Count);
        var shown = (await cozy.AskAsync("GET", links[0].AbsolutePath.Replace("/data", "", StringComparison.Ordinal))).Expect(200).Data;
        Assert.Equal(Exports, shown.GetProperty("type").GetString());
        Assert.Equal("done", shown.GetProperty("attributes").GetProperty("state").GetString());
        Assert.Equal(1, shown.GetProperty("attributes").GetProperty("parts_cursors").GetArrayLength());

        var found = new Dictionary<string, string>();
        foreach (var link in links)
        {
            var answer = (await cozy.AskAsync("GET", link.PathAndQuery)).Expect(200);
            Assert.Contains($"My Cozy - part00{links.IndexOf(link)}.zip", Uri.UnescapeDataString(answer.Headers["Content-Disposition"]), StringComparison.Ordinal);
            foreach (var (name, text) in Read(answer))
                found.Add(name, text);
        }

        Assert.Equal(
            texts.OrderBy(entry => entry.Key, StringComparer.Ordinal),
            found.Where(entry => entry.Key.StartsWith("My Cozy/Files/", StringComparison.Ordinal)).OrderBy(entry => entry.Key, StringComparer.Ordinal));
        Assert.Equal(["before"], found.Where(entry => entry.Key.StartsWith($"My Cozy/Versions/{changed}/", StringComparison.Ordinal)).Select(entry => entry.Value));
        Assert.Contains("fern", Assert.Single(found, entry => entry.Key.StartsWith("My Cozy/Data/io.cozy.plants/", StringComparison.Ordinal)).Value, StringComparison.Ordinal);
        Assert.Contains("\"path\":\"/Papers\"", found[$"My Cozy/Data/io.cozy.files/{folder}.json"], StringComparison.Ordinal);
        Assert.Contains(cozy.Instance.Domain, found["My Cozy/Data/instance.json"], StringComparison.Ordinal);

        // Importers find a content behind its document.
        var order = found.Keys.ToList();
        Assert.Equal($"My Cozy/Data/io.cozy.files/{changed}.json", order[order.IndexOf("My Cozy/Files/note.txt") - 1]);

        // Nothing in it lets anybody in.
        Assert.DoesNotContain("_secret", found["My Cozy/Data/instance.json"], StringComparison.Ordinal);
        Assert.DoesNotContain(found.Keys, name => name.Contains("io.cozy.sessions/", StringComparison.Ordinal) || name.Contains("io.cozy.permissions/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_the_doctypes_that_are_wanted_are_in_it_and_it_ends_in_time()
    {
        var email = MailCatcher.NewAddress();
        var cozy = await server.CreateInstanceAsync(request => request with { Email = email });
        (await cozy.AskAsync("POST", "/data/io.cozy.plants/", "io.cozy.plants", Cozy.Json("""{"name":"fern"}"""))).Expect(201);
        (await AskAsync(cozy, """{"with_doctypes":["io.cozy.plants"]}""")).Expect(201);
        var link = (await server.Mails.WaitForAsync(email)).Link;
        var names = Read((await cozy.AskAsync("GET", link.PathAndQuery)).Expect(200)).Select(entry => entry.Name).ToList();
        Assert.Equal(["My Cozy/Data/instance.json", "My Cozy/Data/io.cozy.plants/"], names.Select(name => name.StartsWith("My Cozy/Data/io", StringComparison.Ordinal) ? name[..(name.LastIndexOf('/') + 1)] : name));

        // The next one takes its place, and is over at once.
        (await AskAsync(cozy, """{"max_age":1000000}""")).Expect(201);
        await server.Mails.WaitAsync(email, 2);
        (await cozy.AskAsync("GET", link.PathAndQuery)).Expect(404);
        var exports = Path.Combine(server.FilesFolder, ExportContents.Area);
        var id = ExportCode.Verify(link.AbsolutePath.Split('/')[^1], cozy.Instance.SessionSecret.Span)!;
        Assert.DoesNotContain(Directory.EnumerateFiles(exports, "*", SearchOption.AllDirectories), path => path.Contains(id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("POST", "/move/exports", null, "{}", 401)]
    [InlineData("POST", "/move/exports", "io.cozy.files", "{}", 403)]
    [InlineData("POST", "/move/exports", Exports, "{", 400)]
    [InlineData("POST", "/move/exports", Exports, """{"data":{"attributes":{"parts_size":-1}}}""", 422)]
    [InlineData("POST", "/move/exports", Exports, """{"data":{"attributes":{"max_age":"long"}}}""", 422)]
    [InlineData("GET", "/move/exports/abc", null, null, 400)]
    [InlineData("GET", "/move/exports/data/abc", null, null, 400)]
    public async Task A_mistake_is_refused(string method, string target, string? scope, string? body, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync(method, target, scope, body is null ? null : Cozy.Json(body))).Expect(status);
    }

    [Fact]
    public async Task A_code_opens_the_export_it_was_signed_for_alone_and_five_a_day_are_enough()
    {
        var (cozy, other) = (await server.CreateInstanceAsync(), await server.CreateInstanceAsync());
        var code = ExportCode.Sign("ghost", DateTimeOffset.UtcNow, cozy.Instance.SessionSecret.Span);
        (await cozy.AskAsync("GET", $"/move/exports/{code}")).Expect(404);
        (await other.AskAsync("GET", $"/move/exports/{code}")).Expect(401);
        for (var i = 0; i < 5; i++)
            (await AskAsync(cozy, "{}")).Expect(201);
        (await AskAsync(cozy, "{}")).Expect(404);
        (await AskAsync(other, "{}")).Expect(201);
    }

    [Fact]
    public async Task Who_listens_hears_of_an_export_as_it_is_made()
    {
        var cozy = await server.CreateInstanceAsync();
        using var client = await RealtimeClient.ConnectAsync(server.Address, cozy.Instance.Domain, cozy.Token(Exports), cancellationToken: TestContext.Current.CancellationToken);
        await client.SubscribeAsync(Exports, cancellationToken: TestContext.Current.CancellationToken);
        (await AskAsync(cozy, "{}")).Expect(201);
        foreach (var (verb, state) in new[] { ("CREATED", "exporting"), ("UPDATED", "done") })
        {
            var told = (await client.NextAsync(TestContext.Current.CancellationToken))!.Value;
            Assert.Equal(verb, told.GetProperty("event").GetString());
            Assert.Equal(state, told.GetProperty("payload").GetProperty("doc").GetProperty("state").GetString());
        }
    }

    [Fact]
    public async Task A_worker_that_was_lost_cannot_end_what_another_one_has_begun()
    {
        var cozy = await server.CreateInstanceAsync();
        var exports = server.Services.GetRequiredService<IGrainFactory>().GetGrain<IExportsGrain>(cozy.Instance.Id);
        var request = new ExportRequest { Address = "https://example.net/" };
        var lost = await exports.BeginAsync("one", request);
        var code = ExportCode.Sign("one", DateTimeOffset.UtcNow, cozy.Instance.SessionSecret.Span);
        (await cozy.AskAsync("GET", $"/move/exports/data/{code}")).Expect(409);

        var second = await exports.BeginAsync("one", request);
        Assert.NotEqual(lost.ContentId, second.ContentId);
        var failure = await Assert.ThrowsAsync<CozyException>(() => exports.FinishAsync(lost, [], 1));
        Assert.Equal(ErrorKind.Conflict, failure.Kind);
        await exports.FailAsync(second, "no");
        Assert.Equal(Export.Failed, (await exports.FindAsync("one"))!.State);
        await exports.RemoveAsync(null);
        Assert.Null(await exports.FindAsync("one"));
    }

    [Fact]
    public async Task A_client_that_was_never_let_in_is_cleaned_away()
    {
        var cozy = await server.CreateInstanceAsync();
        var client = (await cozy.AskAsync("POST", "/auth/register", null, Cozy.Json(
            """{"redirect_uris":["https://app.example.org/back"],"client_name":"Plants","software_id":"org.example.plants"}"""),
            request => request.Headers.Add("Accept", "application/json"))).Expect(201).Json;
        var id = client.GetProperty("client_id").GetString()!;
        var job = await JobEndpointsTests.PushAsync(cozy, "clean-clients", $$$$"""{"arguments":{"client_id":"{{{{id}}}}"}}""");
        await JobEndpointsTests.WaitForAsync(cozy, job.Data.GetProperty("id").GetString()!, "done");
        var clients = server.Services.GetRequiredService<IGrainFactory>().GetGrain<Grains.OAuth.IOAuthGrain>(cozy.Instance.Id);
        Assert.Null(await clients.FindAsync(id));
    }

    private static Task<Answer> AskAsync(Cozy cozy, string attributes) =>
        cozy.AskAsync("POST", "/move/exports", Exports, Cozy.Json($$$"""{"data":{"attributes":{{{attributes}}}}}"""));

    private static List<(string Name, string Text)> Read(Answer answer)
    {
        using var archive = new ZipArchive(new MemoryStream(answer.Bytes));
        return [.. archive.Entries.Select(entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return (entry.FullName, reader.ReadToEnd());
        })];
    }

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Links();
}
