using System.Text.RegularExpressions;
using Cozy.Testing;
using Cozy.Web.Tests.Apps;
using Xunit;

namespace Cozy.Web.Tests.Jobs;

/// <summary>The recipes of docs/jobs.md, "If this, then that", are done as they are written there.</summary>
public sealed partial class RecipeTests(TestServer server, AppArchives archives)
{
    private const string Scope = "io.cozy.files io.cozy.jobs io.cozy.triggers io.cozy.apps io.cozy.todos";

    private static readonly IReadOnlyList<string> Recipes =
        [.. Block().Matches(Section().Match(File.ReadAllText(RepositoryFolder.Under("docs", "jobs.md"))).Value).Select(block => block.Groups[1].Value)];

    [Fact]
    public async Task A_new_photo_is_mailed_to_a_friend()
    {
        var cozy = await server.CreateInstanceAsync();
        var eve = MailCatcher.NewAddress("eve");
        var folder = (await cozy.AskAsync("POST", "/files/io.cozy.files.root-dir?Type=directory&Name=Ferns", Scope)).Expect(201).Data.GetProperty("id").GetString()!;
        await AddAsync(cozy, Recipes[0].Replace("FOLDER_ID", folder, StringComparison.Ordinal).Replace("eve@example.org", eve, StringComparison.Ordinal));

        (await cozy.AskAsync("POST", "/files/io.cozy.files.root-dir?Type=file&Name=elsewhere.jpg", Scope, new StringContent("no"))).Expect(201);
        (await cozy.AskAsync("POST", $"/files/{folder}?Type=file&Name=fern.jpg", Scope, new StringContent("green"))).Expect(201);
        var mail = await server.Mails.WaitForAsync(eve);
        Assert.Equal("A new photo: fern.jpg", mail.Subject);
        Assert.Contains("I put fern.jpg (5 bytes) into our folder.", mail.Text, StringComparison.Ordinal);
        var photo = Assert.Single(mail.Attachments);
        Assert.Equal(("fern.jpg", "green"), (photo.Name, System.Text.Encoding.UTF8.GetString(photo.Content)));
        Assert.Single(await server.Mails.ReadAsync(eve));
    }

    [Fact]
    public async Task A_call_of_a_webhook_files_a_document()
    {
        var cozy = await server.CreateInstanceAsync();
        var manifest = """{"name":"Inbox","slug":"inbox","version":"1.0.0","type":"webapp","routes":{"/":{"folder":"/","index":"index.html"}},"permissions":{"todos":{"type":"io.cozy.todos"}},"services":{"file":{"type":"node","file":"file.js"}}}""";
        var source = archives.Offer(("manifest.webapp", manifest), ("index.html", "<html></html>"), ("file.js", Recipes[1]));
        (await cozy.AskAsync("POST", $"/apps/inbox?Source={Uri.EscapeDataString(source)}", Scope)).Expect(202);
        while ((await cozy.AskAsync("GET", "/apps/inbox", Scope)).Expect(200).Data.GetProperty("attributes").GetProperty("state").GetString() != "ready")
            await Task.Delay(20, TestContext.Current.CancellationToken);

        var hook = await AddAsync(cozy, Recipes[2]);
        (await cozy.AskAsync("POST", $"/jobs/webhooks/{hook}", body: Cozy.Json("""{"title":"Water the fern","due":"2026-12-24"}"""))).Expect(204);
        var job = Assert.Single((await cozy.AskAsync("GET", $"/jobs/triggers/{hook}/jobs", Scope)).Data.EnumerateArray()).GetProperty("id").GetString()!;
        await JobEndpointsTests.WaitForAsync(cozy, job, "done");
        var document = Assert.Single((await cozy.AskAsync("GET", "/data/io.cozy.todos/_all_docs?include_docs=true", Scope)).Expect(200).Json.GetProperty("rows").EnumerateArray()).GetProperty("doc");
        Assert.Equal(("Water the fern", "2026-12-24"), (document.GetProperty("title").GetString(), document.GetProperty("due").GetString()));
    }

    [Fact]
    public async Task What_a_program_reads_for_a_webhook_is_told_to_the_owner()
    {
        var owner = MailCatcher.NewAddress();
        var cozy = await server.CreateInstanceAsync(request => request with { Email = owner });
        var hook = await AddAsync(cozy, Recipes[3]);
        (await cozy.AskAsync("POST", $"/jobs/webhooks/{hook}", body: Cozy.Json("""{"url":"https://example.org/page"}"""))).Expect(204);

        var leased = Assert.Single((await cozy.AskAsync("POST", "/jobs/workers/ocr/leases", Scope, Cozy.Json("""{"wait":20}"""))).Expect(200).Json.GetProperty("jobs").EnumerateArray());
        Assert.Equal("""{"page":"https://example.org/page"}""", leased.GetProperty("message").GetRawText());
        (await cozy.AskAsync("POST", $"/jobs/leases/{leased.GetProperty("lease")}/complete", body: Cozy.Json("""{"result":{"title":"Ferns","text":"They are green."}}"""))).Expect(204);
        var mail = await server.Mails.WaitForAsync(owner);
        Assert.Equal(("Read: Ferns", "They are green."), (mail.Subject, mail.Text.Trim()));
    }

    /// <summary>Files go with a mail only for those who may read all files, however the message is put.</summary>
    [Theory]
    [InlineData("""{"arguments":{"attachments":[{"file_id":"x"}]}}""", 403)]
    [InlineData("""{"arguments":{"attachments":"{{payload}}"},"options":{"template":true}}""", 403)]
    [InlineData("""{"arguments":{"attachments":["{{payload}}"]},"options":{"template":true}}""", 403)]
    [InlineData("""{"arguments":"{{payload}}","options":{"template":true}}""", 403)]
    [InlineData("""{"arguments":{},"options":{"then":{"worker":"sendmail","message":{"attachments":[{"file_id":"x"}]}}}}""", 403)]
    [InlineData("""{"arguments":{"attachments":[{"filename":"a","content":"{{payload}}"}]},"options":{"template":true}}""", 202)]
    public async Task Who_may_not_read_files_sends_none(string attributes, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        var body = $$$$$"""{"data":{"attributes":{{{{{attributes}}}}}}}""";
        (await cozy.AskAsync("POST", "/jobs/queue/sendmail", "io.cozy.jobs:POST:sendmail:worker io.cozy.files:GET:y", Cozy.Json(body))).Expect(status);
        (await cozy.AskAsync("POST", "/jobs/queue/sendmail", "io.cozy.jobs:POST:sendmail:worker io.cozy.files:GET", Cozy.Json(body))).Expect(202);
    }

    private static async Task<string> AddAsync(Cozy cozy, string attributes) =>
        (await cozy.AskAsync("POST", "/jobs/triggers", Scope, Cozy.Json($$$$$"""{"data":{"attributes":{{{{{attributes}}}}}}}"""))).Expect(201).Data.GetProperty("id").GetString()!;

    [GeneratedRegex("(?s)## If this, then that.*?\n## ")]
    private static partial Regex Section();

    [GeneratedRegex("(?s)```[a-z]+\n(.*?)```")]
    private static partial Regex Block();
}
