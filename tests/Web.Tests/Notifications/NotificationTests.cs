using System.Text.Json;
using Cozy.Grains.Notifications;
using Cozy.Grains.OAuth;
using Cozy.Testing;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Tests.Apps;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Notifications;

/// <summary>What apps, connectors, devices and the server itself tell owners, and how it gets to them.</summary>
public sealed class NotificationTests(TestServer server, AppArchives archives, TestGateway gateway)
{
    private const string Categories =
        """{"plain":{},"balance":{"stateful":true},"news":{"min_interval":"1h"},"sale":{"collapsible":true,"default_priority":"high"} }""";

    [Fact]
    public async Task A_mail_has_both_texts_and_the_notification_is_there_for_home()
    {
        var (cozy, mail, app) = await OwnerAsync();
        var sent = (await SendAsync(cozy, app,
            """{"category":"plain","category_id":"7","title":"Low balance ☂","message":"short","content":"Only 3 € left","content_html":"<b>Only 3 €</b>","data":{"a":1} }"""))
            .Expect(201).Data;
        var attributes = sent.GetProperty("attributes");
        Assert.Equal("cozy/app/mini/plain/7", attributes.GetProperty("source_id").GetString());
        Assert.Equal(("app", "mini"), (attributes.GetProperty("originator").GetString(), attributes.GetProperty("slug").GetString()));

        var caught = await server.Mails.WaitForAsync(mail);
        Assert.Equal("Low balance ☂", caught.Subject);
        Assert.Contains("Only 3 € left", caught.Text, StringComparison.Ordinal);
        Assert.Contains("<b>Only 3 €</b>", caught.Html, StringComparison.Ordinal);
        var kept = (await cozy.AskAsync("GET", $"/data/io.cozy.notifications/{sent.GetProperty("id").GetString()}", "io.cozy.notifications")).Expect(200).Json;
        Assert.Equal("short", kept.GetProperty("message").GetString());
        Assert.Equal(1, kept.GetProperty("data").GetProperty("a").GetInt32());
        (await cozy.AskAsync("PUT", "/data/io.cozy.notifications/x", "io.cozy.notifications", Cozy.Json("{}"))).Expect(403);
    }

    [Fact]
    public async Task The_same_state_is_told_once_and_news_not_too_often()
    {
        var (cozy, mail, app) = await OwnerAsync();
        async Task<string> IdAsync(string category, string id, string state) => (await SendAsync(cozy, app,
            $$"""{"category":"{{category}}","category_id":"{{id}}","title":"{{category}} {{id}} {{state}}","message":"m","state":"{{state}}"}""")).Expect(201).Data.GetProperty("id").GetString()!;
        var low = await IdAsync("balance", "a", "low");
        Assert.Equal(low, await IdAsync("balance", "a", "low"));
        Assert.NotEqual(low, await IdAsync("balance", "b", "low"));
        Assert.NotEqual(low, await IdAsync("balance", "a", "high"));
        Assert.NotEqual(low, await IdAsync("balance", "a", "low"));
        var news = await IdAsync("news", "a", "1");
        Assert.Equal(news, await IdAsync("news", "a", "2"));
        Assert.NotEqual(await IdAsync("plain", "a", "1"), await IdAsync("plain", "a", "1"));
        Assert.Equal(
            ["balance a high", "balance a low", "balance a low", "balance b low", "news a 1", "plain a 1", "plain a 1"],
            (await server.Mails.WaitAsync(mail, 7)).Select(caught => caught.Subject).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_device_gets_it_in_place_of_a_mail_and_another_try_when_the_gateway_is_down()
    {
        var (cozy, mail, app) = await OwnerAsync();
        var client = await DeviceAsync(cozy);
        (await SendAsync(cozy, app, """{"category":"sale","title":"Unlucky at first","message":"m","preferred_channels":["mobile","mail"],"data":{"shop":5} }""")).Expect(201);
        var pushed = await gateway.WaitAsync("/push", cozy.Instance.Id);
        Assert.Equal(cozy.Instance.Domain, pushed.GetProperty("domain").GetString());
        Assert.Equal("""[{"platform":"firebase","token":"device-1"}]""", pushed.GetProperty("devices").GetRawText());
        var message = pushed.GetProperty("message");
        Assert.True(message.GetProperty("collapsible").GetBoolean());
        Assert.Equal("high", message.GetProperty("priority").GetString());
        Assert.Equal(5, message.GetProperty("data").GetProperty("shop").GetInt32());

        // The device itself may tell the owner something, too.
        var device = new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.Access, client, "io.cozy.files");
        var told = (await SendAsync(cozy, device, """{"category":"sync","title":"Stuck","message":"m"}""")).Expect(201).Data;
        Assert.Equal("cozy/oauth//sync/", told.GetProperty("attributes").GetProperty("source_id").GetString());
        Assert.Equal("Stuck", Assert.Single(await server.Mails.WaitAsync(mail)).Subject);
    }

    [Fact]
    public async Task A_short_message_is_the_first_way_there_is_without_a_device()
    {
        var (cozy, _, app) = await OwnerAsync();
        (await SendAsync(cozy, app, """{"category":"plain","title":"Short","message":"m","preferred_channels":["mobile","sms","mail"]}""")).Expect(201);
        Assert.Equal("Short", (await gateway.WaitAsync("/sms", cozy.Instance.Id)).GetProperty("message").GetProperty("title").GetString());
    }

    [Fact]
    public async Task The_server_has_categories_of_its_own()
    {
        var (cozy, mail, _) = await OwnerAsync();
        var notifications = server.Services.GetRequiredService<IGrainFactory>().GetGrain<INotificationsGrain>(cozy.Instance.Id);
        NewNotification Quota(string state) => new()
        {
            Id = Guid.NewGuid().ToString("N"),
            Originator = NewNotification.OfServer,
            Sender = "",
            Category = "disk-quota",
            Title = $"Quota {state}",
            Message = "m",
            State = state,
            CategoryRules = JsonSerializer.SerializeToUtf8Bytes(new { stateful = true }),
        };
        var first = await notifications.SendAsync(Quota("true"));
        Assert.Equal(first.Id, (await notifications.SendAsync(Quota("true"))).Id);
        await notifications.SendAsync(Quota("false"));
        Assert.Equal(["Quota false", "Quota true"], (await server.Mails.WaitAsync(mail, 2)).Select(caught => caught.Subject).Order(StringComparer.Ordinal));
        var kept = (await cozy.AskAsync("GET", $"/data/io.cozy.notifications/{first.Id}", "io.cozy.notifications")).Expect(200).Json;
        Assert.Equal("cozy/stack//disk-quota/", kept.GetProperty("source_id").GetString());
    }

    [Fact]
    public async Task What_is_for_later_waits_and_what_is_due_goes()
    {
        var (cozy, mail, app) = await OwnerAsync();
        (await SendAsync(cozy, app, """{"category":"plain","title":"Later","message":"m","at":"2999-01-01T00:00:00Z"}""")).Expect(201);
        (await SendAsync(cozy, app, """{"category":"plain","title":"Due","message":"m","at":"2020-01-01T00:00:00Z"}""")).Expect(201);
        Assert.Equal("Due", Assert.Single(await server.Mails.WaitAsync(mail)).Subject);
        var waiting = (await cozy.AskAsync("GET", "/jobs/queue/sendmail", "io.cozy.jobs")).Expect(200).Data.EnumerateArray()
            .Select(job => job.GetProperty("attributes")).Where(job => job.GetProperty("state").GetString() == "queued").ToList();
        Assert.Equal("Later", Assert.Single(waiting).GetProperty("message").GetProperty("subject").GetString());
    }

    [Theory]
    [InlineData("""{"category":"ghost","title":"t"}""", 403)]
    [InlineData("""{"title":"t"}""", 403)]
    [InlineData("""{"category":"plain"}""", 400)]
    [InlineData("""{"category":"plain","title":5}""", 400)]
    [InlineData("""{"category":"plain","title":"t","at":"soon"}""", 422)]
    [InlineData("""{"category":"plain","title":"t","priority":"loud"}""", 422)]
    public async Task What_makes_no_sense_is_refused(string attributes, int status)
    {
        var (cozy, _, app) = await OwnerAsync();
        (await SendAsync(cozy, app, attributes)).Expect(status);
        (await SendAsync(cozy, cozy.Token("io.cozy.notifications"), attributes)).Expect(403);
        var list = await cozy.AskAsync("GET", "/data/io.cozy.notifications/_normal_docs", "io.cozy.notifications");
        Assert.DoesNotContain("source_id\":\"cozy/", list.Text, StringComparison.Ordinal);
    }

    private async Task<(Cozy Cozy, string Mail, string App)> OwnerAsync()
    {
        var mail = MailCatcher.NewAddress();
        var cozy = await server.CreateInstanceAsync(request => request with { Email = mail });
        var source = archives.Offer(
            ("manifest.webapp", """{"name":"Mini","slug":"mini","version":"1.0.0","type":"webapp","icon":"i.svg","routes":{"/":{"folder":"/","index":"index.html"} },"permissions":{},"notifications":"""
                + Categories + "}"),
            ("index.html", "<html></html>"));
        (await cozy.AskAsync("POST", $"/apps/mini?Source={Uri.EscapeDataString(source)}", "io.cozy.apps")).Expect(202);
        await AppTests.UntilAsync(cozy, "mini", state => state == "ready");
        return (cozy, mail, new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.App, "mini", null));
    }

    private async Task<string> DeviceAsync(Cozy cozy)
    {
        var registered = await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IOAuthGrain>(cozy.Instance.Id).RegisterAsync(
            new OAuthClient
            {
                Id = Guid.NewGuid().ToString("N"),
                Secret = "s",
                RedirectUris = ["https://phone.example.net/"],
                Name = "Phone",
                SoftwareId = "phone",
                NotificationPlatform = "firebase",
                NotificationDeviceToken = "device-1",
                Notifications = JsonSerializer.SerializeToUtf8Bytes(new { sync = new { description = "x" } }),
            },
            isRetry: false);
        return registered.Id;
    }

    private static Task<Answer> SendAsync(Cozy cozy, string token, string attributes) => Permissions.Links.AskWithAsync(
        cozy, token, "POST", "/notifications", Cozy.Json($$"""{"data":{"type":"io.cozy.notifications","attributes":{{attributes}} } }"""));
}
