using Cozy.Testing;
using Cozy.Web.Tests.Permissions;
using Xunit;

namespace Cozy.Web.Tests.Realtime;

/// <summary>Who may hear what, and for how long.</summary>
public sealed class RealtimeAccessTests(TestServer server)
{
    private const string Plants = "net.example.plants";
    private const string Root = "io.cozy.files.root-dir";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Plants, Plants, null, true)]
    [InlineData(Plants + ":GET", Plants, "a", true)]
    [InlineData(Plants + ":POST,PUT", Plants, null, false)]
    [InlineData(Plants + ":GET:a", Plants, "a", true)]
    [InlineData(Plants + ":GET:a", Plants, "b", false)]
    [InlineData(Plants + ":GET:a", Plants, null, false)]
    [InlineData(Plants + ":GET:moss:genus", Plants, "a", false)]
    [InlineData(Plants + ".*", Plants + ".wet", null, true)]
    [InlineData("io.cozy.files", "io.cozy.files.thumbnails", null, true)]
    [InlineData("io.cozy.files", "io.cozy.notes.events", "a", true)]
    [InlineData(Plants, "io.cozy.files.thumbnails", null, false)]
    [InlineData("io.cozy.settings:GET:io.cozy.settings.instance", "io.cozy.settings", "io.cozy.settings.passphrase", true)]
    [InlineData("io.cozy.settings:GET:io.cozy.settings.instance", "io.cozy.settings", "io.cozy.settings.bitwarden", false)]
    [InlineData(Plants, "io.cozy.sharings.initial_sync", "a", true)]
    [InlineData(Plants, "io.cozy.auth.confirmations", null, true)]
    [InlineData("io.cozy.sharings", "io.cozy.sharings", null, true)]
    [InlineData("io.cozy.files:GET:missing", "io.cozy.files", "missing", false)]
    public async Task A_subscription_needs_the_permission_to_read(string scope, string doctype, string? id, bool isAllowed)
    {
        var cozy = await server.CreateInstanceAsync();
        using var client = await ConnectAsync(cozy, cozy.Token(scope));
        var payload = id is null ? $$"""{"type":"{{doctype}}"}""" : $$"""{"type":"{{doctype}}","id":"{{id}}"}""";
        await client.SendAsync($$"""{"method":"SUBSCRIBE","payload":{{payload}} }""", Cancellation);
        if (!isAllowed)
            Assert.Equal("forbidden", (await client.NextAsync(Cancellation))!.Value.GetProperty("payload").GetProperty("code").GetString());
        await client.WaitUntilObeyedAsync(Cancellation);
    }

    [Fact]
    public async Task A_shared_folder_lets_hear_of_what_is_below_it_until_the_link_is_revoked()
    {
        var cozy = await server.CreateInstanceAsync();
        var folder = await Links.FolderAsync(cozy, Root, "Gallery");
        var file = await Links.FolderAsync(cozy, folder, "deeper");
        var outside = await Links.FolderAsync(cozy, Root, "Diary");
        var link = await Links.CreateAsync(cozy, $$"""{"type":"io.cozy.files","verbs":["GET"],"values":["{{folder}}"]}""");
        using var client = await ConnectAsync(cozy, link.Code());
        await client.SubscribeAsync("io.cozy.files", file, Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.SubscribeAsync("io.cozy.files", outside, Cancellation));
        await client.NextAsync(Cancellation);

        await NotifyAsync(cozy, "io.cozy.files", file);
        Assert.Contains("NOTIFIED", (await client.NextAsync(Cancellation)).ToString(), StringComparison.Ordinal);

        (await cozy.AskAsync("DELETE", $"/permissions/{link.Id()}", "io.cozy.files")).Expect(204);
        await NotifyAsync(cozy, "io.cozy.files", file);
        Assert.Null(await client.NextAsync(Cancellation));
        Assert.Equal((1008, "the token is not good"), client.Closed);
    }

    [Fact]
    public async Task An_app_whose_permissions_shrink_is_cut_off()
    {
        var cozy = await server.CreateInstanceAsync();
        var token = await Links.InstallAsync(server, cozy, "mini", $"{Plants} io.cozy.files");
        using var client = await ConnectAsync(cozy, token);
        await client.SubscribeAsync(Plants, cancellationToken: Cancellation);
        (await cozy.AskAsync("PATCH", "/permissions/apps/mini", "*", Links.Attributes(
            """{"permissions":{"rule0":{"type":"io.cozy.files","verbs":["GET"]}}}"""))).Expect(200);
        await NotifyAsync(cozy, Plants, "a");
        Assert.Null(await client.NextAsync(Cancellation));
        Assert.Equal(1008, client.Closed!.Value.Status);
    }

    [Fact]
    public async Task The_token_of_another_instance_and_one_that_has_expired_open_nothing()
    {
        var (alice, bob) = (await server.CreateInstanceAsync(), await server.CreateInstanceAsync());
        var yesterday = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-1));
        foreach (var token in (string[])[bob.Token(Plants), alice.Token(Plants, yesterday)])
        {
            using var client = await ConnectAsync(alice, token);
            Assert.Contains("unauthorized", (await client.NextAsync(Cancellation)).ToString(), StringComparison.Ordinal);
            Assert.Null(await client.NextAsync(Cancellation));
        }
    }

    [Fact]
    public async Task Nobody_hears_of_another_instance()
    {
        var (alice, bob) = (await server.CreateInstanceAsync(), await server.CreateInstanceAsync());
        using var client = await ConnectAsync(alice, alice.Token(Plants));
        await client.SubscribeAsync(Plants, cancellationToken: Cancellation);
        await NotifyAsync(bob, Plants, "of-bob");
        await NotifyAsync(alice, Plants, "of-alice");
        Assert.Contains("of-alice", (await client.NextAsync(Cancellation)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sockets_and_subscriptions_are_limited_and_who_says_nothing_is_sent_away()
    {
        var cozy = await server.CreateInstanceAsync();
        var clients = new List<RealtimeClient>();
        for (var i = 0; i < 3; i++)
        {
            clients.Add(await ConnectAsync(cozy, cozy.Token(Plants)));
            await clients[i].SubscribeAsync(Plants, cancellationToken: Cancellation);
        }

        using (var tooMany = await ConnectAsync(cozy, cozy.Token(Plants)))
        {
            while (await tooMany.NextAsync(Cancellation) is { } message)
                Assert.Contains("429", message.ToString(), StringComparison.Ordinal);
            Assert.Equal(1013, tooMany.Closed!.Value.Status);
        }

        for (var i = 0; i < 4; i++)
            await clients[0].SubscribeAsync(Plants, $"{i}", Cancellation);
        await clients[0].SendAsync($$"""{"method":"SUBSCRIBE","payload":{"type":"{{Plants}}","id":"5"} }""", Cancellation);
        Assert.Contains("429", (await clients[0].NextAsync(Cancellation)).ToString(), StringComparison.Ordinal);

        // The places of those without a token are others.
        var silent = new List<RealtimeClient>();
        for (var i = 0; i < 4; i++)
            silent.Add(await ConnectAsync(cozy, null));
        var refused = await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => ConnectAsync(cozy, null));
        Assert.Contains("429", refused.Message, StringComparison.Ordinal);
        Assert.Null(await silent[0].NextAsync(Cancellation));
        Assert.Equal((1008, "no token came in time"), silent[0].Closed);
        foreach (var client in clients.Concat(silent))
            client.Dispose();
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_cut_off_and_the_others_miss_nothing()
    {
        const int count = 40;
        var cozy = await server.CreateInstanceAsync();
        using var slow = await ConnectAsync(cozy, cozy.Token(Plants));
        using var quick = await ConnectAsync(cozy, cozy.Token(Plants));
        await slow.SubscribeAsync(Plants, cancellationToken: Cancellation);
        await quick.SubscribeAsync(Plants, cancellationToken: Cancellation);

        // More than the sockets' buffers and the queue of this server hold.
        var text = new string('x', 1_000_000);
        for (var i = 0; i < count; i++)
        {
            (await cozy.AskAsync("PUT", $"/data/{Plants}/{i}", Plants, Cozy.Json($$"""{"a":"{{text}}"}"""))).Expect(200);
            Assert.Contains($"\"id\":\"{i}\"", (await quick.NextAsync(Cancellation)).ToString()![..200], StringComparison.Ordinal);
        }

        var heard = 0;
        while (await slow.NextAsync(Cancellation) is not null)
            heard++;
        Assert.InRange(heard, 0, count - 1);
        Assert.True(slow.Closed!.Value.Status is 1013 or 1006, $"{slow.Closed}");
    }

    [Fact]
    public async Task Secrets_in_documents_are_not_told()
    {
        var cozy = await server.CreateInstanceAsync();
        var file = await Links.FolderAsync(cozy, Root, "Gallery");
        using var client = await ConnectAsync(cozy, cozy.Token("io.cozy.permissions"));
        await client.SubscribeAsync("io.cozy.permissions", cancellationToken: Cancellation);
        await Links.CreateAsync(
            cozy, $$"""{"type":"io.cozy.files","verbs":["GET"],"values":["{{file}}"]}""", more: ",\"password\":\"sesame\"");
        var told = (await client.NextAsync(Cancellation))!.Value.GetProperty("payload").GetProperty("doc");
        Assert.True(told.TryGetProperty("codes", out _));
        Assert.False(told.TryGetProperty("password", out _));
    }

    private Task<RealtimeClient> ConnectAsync(Cozy cozy, string? token) =>
        RealtimeClient.ConnectAsync(server.Address, cozy.Instance.Domain, token, cancellationToken: Cancellation);

    private static async Task NotifyAsync(Cozy cozy, string doctype, string id) =>
        (await cozy.AskAsync("POST", $"/realtime/{doctype}/{id}", doctype, Cozy.Json("{}"))).Expect(204);
}
