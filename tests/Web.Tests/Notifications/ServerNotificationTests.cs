using System.Text.Json;
using Cozy.Grains.Notifications;
using Cozy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Notifications;

/// <summary>What the server and its operator tell owners.</summary>
public sealed class ServerNotificationTests(TestServer server)
{
    private const string Files = "io.cozy.files";

    [Fact]
    public async Task The_server_has_categories_of_its_own()
    {
        var mail = MailCatcher.NewAddress();
        var cozy = await server.CreateInstanceAsync(request => request with { Email = mail });
        var notifications = server.Services.GetRequiredService<IGrainFactory>().GetGrain<INotificationsGrain>(cozy.Instance.Id);
        NewNotification Quota(string state) => new()
        {
            Id = Guid.NewGuid().ToString("N"),
            Originator = NewNotification.OfServer,
            Sender = "",
            Category = "disk-quota",
            Title = $"Quota {state}",
            Message = "m",
            State = $"\"{state}\"",
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
    public async Task The_owner_is_told_once_that_there_is_little_room_left_and_again_only_after_there_was_more()
    {
        var mail = MailCatcher.NewAddress();
        var cozy = await server.CreateInstanceAsync(request => request with { Email = mail, Locale = "fr", DiskQuota = 1000 });
        await AddAsync(cozy, "a", 900);
        await AddAsync(cozy, "b", 20);
        var told = Assert.Single(await NoticesAsync(cozy, all => all.Count == 1));
        Assert.Equal("Votre Cozy est presque plein", told.GetProperty("title").GetString());
        Assert.True(told.GetProperty("state").GetBoolean());
        var caught = await server.Mails.WaitForAsync(mail);
        Assert.Equal("Votre Cozy est presque plein", caught.Subject);
        Assert.Contains(cozy.Instance.Domain, caught.Text, StringComparison.Ordinal);
        Assert.Contains("<a href", caught.Html, StringComparison.Ordinal);
        var last = await AddAsync(cozy, "c", 10);

        // With room again what was told is over; that it is full once more is shown, and no second mail is sent within a week.
        foreach (var id in new[] { last, await FindAsync(cozy, "/a") })
        {
            (await cozy.AskAsync("DELETE", $"/files/{id}", Files)).Expect(200);
            (await cozy.AskAsync("DELETE", $"/files/trash/{id}", Files)).Expect(204);
        }

        Assert.False(Assert.Single(await NoticesAsync(cozy, all => all.All(one => !one.GetProperty("state").GetBoolean()))).GetProperty("state").GetBoolean());
        await AddAsync(cozy, "d", 950);
        var again = await NoticesAsync(cozy, all => all.Count == 2);
        Assert.Single(again, one => one.GetProperty("state").GetBoolean());
        Assert.Single(await server.Mails.ReadAsync(mail));
    }

    private static async Task<string> AddAsync(Cozy cozy, string name, int bytes) =>
        (await cozy.AskAsync("POST", $"/files/?Type=file&Name={name}", Files, new ByteArrayContent(new byte[bytes]))).Expect(201).Data.GetProperty("id").GetString()!;

    private static async Task<string> FindAsync(Cozy cozy, string path) =>
        (await cozy.AskAsync("GET", $"/files/metadata?Path={path}", Files)).Expect(200).Data.GetProperty("id").GetString()!;

    private static async Task<IReadOnlyList<JsonElement>> NoticesAsync(Cozy cozy, Func<IReadOnlyList<JsonElement>, bool> isIt)
    {
        while (true)
        {
            var rows = (await cozy.AskAsync("GET", "/data/io.cozy.notifications/_normal_docs", "io.cozy.notifications")).Json;
            var all = rows.TryGetProperty("rows", out var found) ? found.EnumerateArray().ToList() : [];
            if (all.Count > 0 && isIt(all))
                return all;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
