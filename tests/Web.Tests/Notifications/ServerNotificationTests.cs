using System.Text.Json;
using Cozy.Grains.Notifications;
using Cozy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Notifications;

/// <summary>What the server and its operator tell owners.</summary>
public sealed class ServerNotificationTests(TestServer server)
{
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
}
