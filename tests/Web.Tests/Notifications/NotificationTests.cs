using System.Net.Http.Headers;
using System.Text.Json;
using Cozy.Grains.OAuth;
using Cozy.Testing;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Tests.Apps;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Notifications;

public sealed class NotificationTests(TestServer server, AppArchives archives, TestGateway gateway)
{
    private const string Doctype = "io.cozy.notifications";
    private const string Categories = """
        {"bloom":{"collapsible":true,"default_priority":"high"},"balance":{"stateful":true},"rain":{"min_interval":"24h"},
         "harvest":{"templates":{"mail":"file:./notifications/harvest.html"}},"lost":{"templates":{"mail":"file:./nowhere.txt"}}}
        """;

    [Fact]
    public async Task An_app_tells_the_owner_by_mail_and_what_it_said_is_kept()
    {
        var email = MailCatcher.NewAddress();
        var cozy = await CreateAsync(email);
        var sent = (await SendAsync(cozy, """
            {"category":"bloom","category_id":"rose","title":"It blooms 🌹","message":"short","content":"The rose blooms.","content_html":"<p>The <b>rose</b> blooms.</p>","data":{"petals":7}}
            """)).Expect(201).Data;
        Assert.Equal(Doctype, sent.GetProperty("type").GetString());
        Assert.Equal("cozy/app/mini/bloom/rose", sent.GetProperty("attributes").GetProperty("source_id").GetString());
        var mail = await server.Mails.WaitForAsync(email);
        Assert.Equal("It blooms 🌹", mail.Subject);
        Assert.Equal("The rose blooms.", mail.Text.Trim());
        Assert.Equal("<p>The <b>rose</b> blooms.</p>", mail.Html.Trim());

        // Home reads it.
        var kept = (await cozy.AskAsync("GET", $"/data/{Doctype}/{sent.GetProperty("id").GetString()}", Doctype)).Expect(200).Json;
        Assert.Equal("high", kept.GetProperty("priority").GetString());
        Assert.Equal(7, kept.GetProperty("data").GetProperty("petals").GetInt32());
    }

    [Fact]
    public async Task A_category_may_have_a_template_for_its_mails()
    {
        var email = MailCatcher.NewAddress();
        var cozy = await CreateAsync(email);
        (await SendAsync(cozy, """{"category":"harvest","title":"Ripe","message":"short","data":{"crop":{"name":"<i>beans</i>"},"kilos":2.5}}""")).Expect(201);
        var mail = await server.Mails.WaitForAsync(email);
        Assert.Equal(("Ripe", "short"), (mail.Subject, mail.Text.Trim()));
        Assert.Equal("<p>Ripe: &lt;i&gt;beans&lt;/i&gt;, 2.5 kg</p>", mail.Html.Trim());
    }

    [Fact]
    public async Task What_is_over_is_kept_and_not_sent()
    {
        var email = MailCatcher.NewAddress();
        var cozy = await CreateAsync(email);
        foreach (var (title, state) in new[] { ("one", "true"), ("over", "false"), ("two", "true") })
            (await SendAsync(cozy, $$"""{"category":"balance","title":"{{title}}","message":"m","state":{{state}} }""")).Expect(201);
        Assert.Equal(["one", "two"], (await server.Mails.WaitAsync(email, 2)).Select(mail => mail.Subject).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await server.Mails.ReadAsync(email)).Count);
    }

    [Theory]
    [InlineData("balance", ""","state":"red" """, ""","state":"red" """, false)]
    [InlineData("balance", ""","state":"red" """, ""","state":"green" """, true)]
    [InlineData("rain", "", "", false)]
    [InlineData("bloom", "", "", true)]
    [InlineData("balance", ""","state":true""", ""","state":true""", false)]
    [InlineData("balance", ""","state":true""", ""","state":false""", true)]
    public async Task Another_one_for_the_same_thing_is_sent_when_its_category_says_so(string category, string first, string second, bool isSent)
    {
        var cozy = await CreateAsync(MailCatcher.NewAddress());
        var one = (await SendAsync(cozy, $$"""{"category":"{{category}}","title":"one"{{first}}}""")).Expect(201).Data;
        var two = (await SendAsync(cozy, $$"""{"category":"{{category}}","title":"two"{{second}}}""")).Expect(201).Data;
        Assert.Equal(isSent, one.GetProperty("id").GetString() != two.GetProperty("id").GetString());

        // What it is about counts, too.
        var other = (await SendAsync(cozy, $$"""{"category":"{{category}}","category_id":"other","title":"three"{{second}}}""")).Expect(201).Data;
        Assert.NotEqual(two.GetProperty("id").GetString(), other.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("""{"category":"ghost","title":"x"}""", 403)]
    [InlineData("""{"category":"bloom"}""", 400)]
    [InlineData("""{"category":"lost","title":"x"}""", 400)]
    [InlineData("""{"category":"bloom","title":"x","at":"soon"}""", 422)]
    [InlineData("""{"category":"bloom","title":"x","priority":"urgent"}""", 422)]
    public async Task A_mistake_is_refused(string attributes, int status) =>
        (await SendAsync(await CreateAsync(MailCatcher.NewAddress()), attributes)).Expect(status);

    [Fact]
    public async Task A_device_is_told_once_the_owner_has_let_it_in_and_again_when_the_gateway_was_down()
    {
        var email = MailCatcher.NewAddress();
        var cozy = await CreateAsync(email);
        var client = (await cozy.AskAsync("POST", "/auth/register", null, Cozy.Json(
            """
            {"redirect_uris":["https://app.example.org/back"],"client_name":"Phone","software_id":"org.example.phone","client_kind":"mobile",
             "notification_platform":"android","notification_device_token":"device-1"}
            """), request => request.Headers.Add("Accept", "application/json"))).Expect(201).Json.GetProperty("client_id").GetString()!;

        // Anybody can register: a device that only says that it is the owner's gets nothing, and the owner a mail.
        const string told = """{"category":"bloom","title":"secret","message":"m","preferred_channels":["mobile","mail"]}""";
        (await SendAsync(cozy, told)).Expect(201);
        Assert.Equal("secret", (await server.Mails.WaitForAsync(email)).Subject);

        await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IOAuthGrain>(cozy.Instance.Id).AcceptAsync(client, null);
        gateway.FailOnce(cozy.Instance.Domain);
        (await SendAsync(cozy, told)).Expect(201);
        var call = await gateway.WaitForAsync(cozy.Instance.Domain);
        Assert.Equal(("push", $"Bearer {TestGateway.Token}"), (call.Path, call.Authorization));
        Assert.Equal("""[{"platform":"android","token":"device-1"}]""", call.Body.GetProperty("devices").GetRawText());
        Assert.Equal(("secret", "high", true), (call.Message.GetProperty("title").GetString(), call.Message.GetProperty("priority").GetString(), call.Message.GetProperty("collapsible").GetBoolean()));
        Assert.Equal(call.Key, call.Body.GetProperty("id").GetString());
        Assert.Single(await server.Mails.ReadAsync(email));
    }

    [Fact]
    public async Task A_short_message_goes_to_its_gateway_at_the_time_it_is_for()
    {
        var cozy = await CreateAsync(MailCatcher.NewAddress());
        var at = DateTimeOffset.UtcNow.AddSeconds(1);
        (await SendAsync(cozy, $$"""{"category":"bloom","title":"later","message":"m","preferred_channels":["sms"],"at":"{{at:O}}"}""")).Expect(201);
        var call = await gateway.WaitForAsync(cozy.Instance.Domain);
        Assert.True(DateTimeOffset.UtcNow >= at);
        Assert.Equal(("sms", "", "later"), (call.Path, call.Authorization, call.Message.GetProperty("title").GetString()));
    }

    [Fact]
    public async Task What_the_gateway_refuses_comes_by_mail()
    {
        var email = MailCatcher.NewAddress();
        var cozy = await CreateAsync(email);
        gateway.Refuse(cozy.Instance.Domain);
        (await SendAsync(cozy, """{"category":"bloom","title":"Instead","message":"m","preferred_channels":["sms"]}""")).Expect(201);
        Assert.Equal("Instead", Assert.Single(await server.Mails.WaitAsync(email)).Subject);
        var job = (await cozy.AskAsync("GET", "/data/io.cozy.jobs/_all_docs?include_docs=true", "io.cozy.jobs")).Expect(200).Json.GetProperty("rows").EnumerateArray()
            .Select(row => row.GetProperty("doc")).Single(doc => doc.TryGetProperty("worker", out var worker) && worker.GetString() == "sms");
        Assert.Equal("The gateway answered 410. The owner is sent a mail instead.", job.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_device_that_is_let_in_may_tell_the_owner_something()
    {
        var email = MailCatcher.NewAddress();
        var cozy = await CreateAsync(email);
        var clients = server.Services.GetRequiredService<IGrainFactory>().GetGrain<IOAuthGrain>(cozy.Instance.Id);
        var client = await clients.RegisterAsync(
            new OAuthClient
            {
                Id = Guid.NewGuid().ToString("N"),
                Secret = "s",
                RedirectUris = ["https://phone.example.net/"],
                Name = "Phone",
                SoftwareId = "phone",
                Notifications = JsonSerializer.SerializeToUtf8Bytes(new { sync = new { description = "x" } }),
            },
            isRetry: false);
        await clients.AcceptAsync(client.Id, null);
        var token = new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.Access, client.Id, "io.cozy.files");
        var told = (await SendAsync(cozy, """{"category":"sync","title":"Stuck","message":"m"}""", token)).Expect(201).Data;
        Assert.Equal("cozy/oauth//sync/", told.GetProperty("attributes").GetProperty("source_id").GetString());
        Assert.Equal("Stuck", Assert.Single(await server.Mails.WaitAsync(email)).Subject);
    }

    [Fact]
    public async Task A_device_that_is_linked_to_an_app_has_its_categories_and_keeps_it_from_being_removed()
    {
        var cozy = await CreateAsync(MailCatcher.NewAddress());
        var clients = server.Services.GetRequiredService<IGrainFactory>().GetGrain<IOAuthGrain>(cozy.Instance.Id);
        var client = await clients.RegisterAsync(
            new OAuthClient { Id = Guid.NewGuid().ToString("N"), Secret = "s", RedirectUris = ["https://phone.example.net/"], Name = "Phone", SoftwareId = "registry://mini" },
            isRetry: false);
        await clients.AcceptAsync(client.Id, null);
        var token = new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.Access, client.Id, "@io.cozy.apps/mini");
        var told = (await SendAsync(cozy, """{"category":"bloom","title":"It blooms"}""", token)).Expect(201).Data.GetProperty("attributes");
        Assert.Equal(("cozy/oauth/mini/bloom/", "mini"), (told.GetProperty("source_id").GetString(), told.GetProperty("slug").GetString()));
        (await cozy.AskAsync("DELETE", "/apps/mini", "io.cozy.apps")).Expect(400);
        await clients.DeleteAsync(client.Id, isRetry: false);
        (await cozy.AskAsync("DELETE", "/apps/mini", "io.cozy.apps")).Expect(200);
    }

    [Fact]
    public async Task What_is_for_later_waits_and_what_is_due_goes()
    {
        var email = MailCatcher.NewAddress();
        var cozy = await CreateAsync(email);
        (await SendAsync(cozy, """{"category":"bloom","title":"Later","message":"m","at":"2999-01-01T00:00:00Z"}""")).Expect(201);
        (await SendAsync(cozy, """{"category":"bloom","title":"Due","message":"m","at":"2020-01-01T00:00:00Z"}""")).Expect(201);
        Assert.Equal("Due", Assert.Single(await server.Mails.WaitAsync(email)).Subject);
        var waiting = (await cozy.AskAsync("GET", "/jobs/queue/sendmail", "io.cozy.jobs")).Expect(200).Data.EnumerateArray()
            .Select(job => job.GetProperty("attributes")).Where(job => job.GetProperty("state").GetString() == "queued").ToList();
        Assert.Equal("Later", Assert.Single(waiting).GetProperty("message").GetProperty("subject").GetString());
    }

    private async Task<Cozy> CreateAsync(string email)
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Email = email });
        var archive = archives.Offer(
            ("mini/manifest.webapp", AppArchives.Manifest("1.0.0", $$"""{"files":{"type":"io.cozy.files"} },"notifications":{{Categories}}""")),
            ("mini/index.html", "<html></html>"),
            ("mini/notifications/harvest.html", "<p>{{title}}: {{crop.name}}, {{ .kilos }} kg{{nothing}}</p>"),
            ("mini/icon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"));
        (await cozy.AskAsync("POST", $"/apps/mini?Source={Uri.EscapeDataString(archive)}", "io.cozy.apps")).Expect(202);
        await AppTests.UntilAsync(cozy, "mini", state => state == "ready");
        return cozy;
    }

    private static Task<Answer> SendAsync(Cozy cozy, string attributes, string? token = null) => cozy.AskAsync(
        "POST", "/notifications", null, Cozy.Json($$$"""{"data":{"attributes":{{{attributes}}}}}"""), request => request.Headers.Authorization =
            new AuthenticationHeaderValue("Bearer", token ?? new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.App, "mini", null)));
}
