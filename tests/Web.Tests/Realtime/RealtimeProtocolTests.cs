using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Web.Tests.Realtime;

/// <summary>What clients send and what they get, as the original's recorded dialogues have it.</summary>
public sealed class RealtimeProtocolTests(TestServer server)
{
    private const string Plants = "net.example.plants";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscriber_sees_a_document_come_change_and_go()
    {
        var cozy = await server.CreateInstanceAsync();
        using var client = await ConnectAsync(cozy, Plants);
        await client.SubscribeAsync(Plants, cancellationToken: Cancellation);

        var (id, first) = await CreateAsync(cozy, """{"genus":"moss"}""");
        AssertEvent($$"""{"event":"CREATED","payload":{"type":"{{Plants}}","id":"{{id}}","doc":{"_id":"{{id}}","_rev":"{{first}}","genus":"moss"} } }""", await client.NextAsync(Cancellation));

        var second = await UpdateAsync(cozy, id, first, """ "genus":"fern" """);
        AssertEvent($$"""
            {"event":"UPDATED","payload":{"type":"{{Plants}}","id":"{{id}}","doc":{"_id":"{{id}}","_rev":"{{second}}","genus":"fern"},"old":{"_id":"{{id}}","_rev":"{{first}}","genus":"moss"} } }
            """, await client.NextAsync(Cancellation));

        var third = (await cozy.AskAsync("DELETE", $"/data/{Plants}/{id}?rev={second}", Plants)).Expect(200).Json.GetProperty("rev").GetString();
        AssertEvent($$"""
            {"event":"DELETED","payload":{"type":"{{Plants}}","id":"{{id}}","doc":{"_id":"{{id}}","_rev":"{{third}}","genus":"fern"},"old":{"_id":"{{id}}","_rev":"{{second}}","genus":"fern"} } }
            """, await client.NextAsync(Cancellation));
    }

    [Fact]
    public async Task Who_asked_for_one_document_hears_of_that_one_until_the_subscription_ends()
    {
        var cozy = await server.CreateInstanceAsync();
        var (id, first) = await CreateAsync(cozy, """{"n":1}""");
        using var client = await ConnectAsync(cozy, Plants);
        await client.SubscribeAsync(Plants, id, Cancellation);
        await client.SubscribeAsync(Plants, "ghost", Cancellation);

        await CreateAsync(cozy, "{}");
        var second = await UpdateAsync(cozy, id, first, "\"n\":2");
        Assert.Equal(id, PayloadOf(await client.NextAsync(Cancellation)).GetProperty("id").GetString());

        await client.SendAsync($$"""{"method":"unsubscribe","payload":{"type":"{{Plants}}","id":"{{id}}"} }""", Cancellation);
        await client.WaitUntilObeyedAsync(Cancellation);
        await UpdateAsync(cozy, id, second, "\"n\":3");
        (await cozy.AskAsync("PUT", $"/data/{Plants}/ghost", Plants, Cozy.Json("{}"))).Expect(200);
        Assert.Equal("ghost", PayloadOf(await client.NextAsync(Cancellation)).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_socket_that_asked_twice_hears_once_and_files_are_told_of_too()
    {
        var cozy = await server.CreateInstanceAsync();
        using var client = await ConnectAsync(cozy, "io.cozy.files");
        await client.SubscribeAsync("io.cozy.files", cancellationToken: Cancellation);
        await client.SubscribeAsync("io.cozy.files", "io.cozy.files.root-dir", Cancellation);

        (await cozy.AskAsync("POST", "/files/?Type=directory&Name=Moss", "io.cozy.files")).Expect(201);
        (await cozy.AskAsync("POST", "/files/?Type=directory&Name=Fern", "io.cozy.files")).Expect(201);

        foreach (var name in (string[])["Moss", "Fern"])
        {
            var payload = PayloadOf(await client.NextAsync(Cancellation));
            Assert.Equal(name, payload.GetProperty("doc").GetProperty("name").GetString());
        }
    }

    [Theory]
    [InlineData("""{"method":"SUBSCRIBE","payload":{"type":"io.cozy.contacts"}}""", """{"status":"403 Forbidden","code":"forbidden","title":"The application can't subscribe to io.cozy.contacts","source":{"method":"SUBSCRIBE","payload":{"type":"io.cozy.contacts","id":""}}}""")]
    [InlineData("""{"method":"SUBSCRIBE","payload":{"type":"UPPER"}}""", """{"status":"403 Forbidden","code":"forbidden","title":"The application can't subscribe to UPPER","source":{"method":"SUBSCRIBE","payload":{"type":"UPPER","id":""}}}""")]
    [InlineData("""{"method":"SUBSCRIBE","payload":{}}""", """{"status":"404 Page Not Found","code":"page not found","title":"The type parameter is mandatory for SUBSCRIBE","source":{"method":"SUBSCRIBE","payload":{"type":"","id":""}}}""")]
    [InlineData("""{"method":"DANCE","payload":{}}""", """{"status":"405 Method Not Allowed","code":"method not allowed","title":"The DANCE method is not supported","source":{"method":"DANCE","payload":{"type":"","id":""}}}""")]
    public async Task A_bad_command_is_answered_and_the_conversation_goes_on(string command, string error)
    {
        var cozy = await server.CreateInstanceAsync();
        using var client = await ConnectAsync(cozy, Plants);
        await client.SendAsync(command, Cancellation);
        AssertEvent($$"""{"event":"error","payload":{{error}} }""", await client.NextAsync(Cancellation));
        await client.SubscribeAsync(Plants, cancellationToken: Cancellation);
    }

    [Theory]
    [InlineData("""{"method":"SUBSCRIBE","payload":{"type":"io.cozy.files"}}""", """{"status":"405 Method Not Allowed","code":"method not allowed","title":"The SUBSCRIBE method is not supported","source":{"method":"SUBSCRIBE","payload":""}}""")]
    [InlineData("""{"method":"AUTH","payload":"abc"}""", """{"status":"401 Unauthorized","code":"unauthorized","title":"The authentication has failed","source":{"method":"AUTH","payload":"abc"}}""")]
    [InlineData("""{"method":"AUTH"}""", """{"status":"401 Unauthorized","code":"unauthorized","title":"The authentication has failed","source":{"method":"AUTH"}}""")]
    [InlineData("hello", """{"status":"405 Method Not Allowed","code":"method not allowed","title":"The  method is not supported","source":null}""")]
    public async Task Without_a_good_token_first_there_is_an_error_and_an_end(string message, string error)
    {
        var cozy = await server.CreateInstanceAsync();
        using var client = await ConnectAsync(cozy, scope: null);
        await client.SendAsync(message, Cancellation);
        AssertEvent($$"""{"event":"error","payload":{{error}} }""", await client.NextAsync(Cancellation));
        Assert.Null(await client.NextAsync(Cancellation));
        Assert.Equal(1008, client.Closed!.Value.Status);
    }

    [Theory]
    [InlineData("hello", 1008)]
    [InlineData("[1,2]", 1008)]
    [InlineData("{\"method\":\"SUBSCRIBE\",\"payload\":{\"type\":\"\\ud800\"}}", 1008)]
    [InlineData(null, 1009)]
    public async Task What_is_no_command_ends_the_conversation(string? message, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        using var client = await ConnectAsync(cozy, Plants);
        await client.SendAsync(message ?? new string('x', 100_000), Cancellation);
        Assert.Null(await client.NextAsync(Cancellation));
        Assert.Equal(status, client.Closed!.Value.Status);
    }

    [Theory]
    [InlineData("io.cozy.websocket", "io.cozy.websocket")]
    [InlineData("chat", null)]
    [InlineData(null, null)]
    public async Task The_protocol_is_echoed_and_whoever_asks_for_another_is_served_too(string? wanted, string? chosen)
    {
        var cozy = await server.CreateInstanceAsync();
        try
        {
            using var client = await RealtimeClient.ConnectAsync(
                server.Address, cozy.Instance.Domain, cozy.Token(Plants), wanted, Cancellation);
            Assert.Equal(chosen, client.Protocol);
            await client.SubscribeAsync(Plants, cancellationToken: Cancellation);
        }
        catch (System.Net.WebSockets.WebSocketException) when (wanted == "chat")
        {
            // This client ends what the server accepts without the protocol; the handshake's answer is what matters.
        }
    }

    [Fact]
    public async Task A_closing_client_is_answered_and_a_second_token_takes_the_place_of_the_first()
    {
        var cozy = await server.CreateInstanceAsync();
        using var client = await ConnectAsync(cozy, "io.cozy.files");
        await client.SendAsync($$"""{"method":"AUTH","payload":"{{cozy.Token(Plants)}}"}""", Cancellation);
        await client.SubscribeAsync(Plants, cancellationToken: Cancellation);
        await client.CloseAsync(Cancellation);
    }

    [Theory]
    [InlineData("GET", "/realtime", null, 404)]
    [InlineData("GET", "/realtime/", null, 400)]
    [InlineData("POST", "/realtime/net.example.plants/p1", """{"mood":"wet"}""", 204)]
    [InlineData("POST", "/realtime/net.example.plants/p1", "{", 400)]
    [InlineData("POST", "/realtime/net.example.plants/p1", "", 400)]
    [InlineData("POST", "/realtime/net.example.plants/p1", "[]", 400)]
    [InlineData("POST", "/realtime/io.cozy.contacts/p1", "{}", 403)]
    [InlineData("POST", "/realtime/io.cozy.sessions/p1", "{}", 403)]
    [InlineData("POST", "/realtime/net.example.plants", "{}", 404)]
    public async Task The_routes_answer(string method, string target, string? body, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync(method, target, $"{Plants} io.cozy.sessions", body is null ? null : Cozy.Json(body))).Expect(status);
    }

    [Fact]
    public async Task Notifying_needs_a_token_and_has_a_limit()
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("POST", $"/realtime/{Plants}/p1", null, Cozy.Json("{}"))).Expect(401);
        (await cozy.AskAsync("POST", $"/realtime/{Plants}/p1", $"{Plants}:GET", Cozy.Json("{}"))).Expect(403);
        var large = new string('x', 300_000);
        (await cozy.AskAsync("POST", $"/realtime/{Plants}/p1", Plants, Cozy.Json($$"""{"a":"{{large}}"}"""))).Expect(413);
    }

    [Theory]
    [InlineData("""{"mood":"wet"}""", """{"_id":"p1","mood":"wet"}""")]
    [InlineData("""{"data":{"mood":"wet"}}""", """{"_id":"p1","data":{"mood":"wet"}}""")]
    [InlineData("""{"_id":"other","mood":"wet"}""", """{"_id":"p1","mood":"wet"}""")]
    public async Task A_notification_is_handed_on_as_it_is(string body, string document)
    {
        var cozy = await server.CreateInstanceAsync();
        using var client = await ConnectAsync(cozy, Plants);
        await client.SubscribeAsync(Plants, cancellationToken: Cancellation);
        (await cozy.AskAsync("POST", $"/realtime/{Plants}/p1", Plants, Cozy.Json(body))).Expect(204);
        AssertEvent(
            $$"""{"event":"NOTIFIED","payload":{"type":"{{Plants}}","id":"p1","doc":{{document}} } }""", await client.NextAsync(Cancellation));
        (await cozy.AskAsync("GET", $"/data/{Plants}/p1", Plants)).Expect(404);
    }

    private Task<RealtimeClient> ConnectAsync(Cozy cozy, string? scope) => RealtimeClient.ConnectAsync(
        server.Address, cozy.Instance.Domain, scope is null ? null : cozy.Token(scope), cancellationToken: Cancellation);

    private static async Task<(string Id, string Revision)> CreateAsync(Cozy cozy, string json)
    {
        var made = (await cozy.AskAsync("POST", $"/data/{Plants}/", Plants, Cozy.Json(json))).Expect(201).Json;
        return (made.GetProperty("id").GetString()!, made.GetProperty("rev").GetString()!);
    }

    private static async Task<string> UpdateAsync(Cozy cozy, string id, string revision, string members) =>
        (await cozy.AskAsync("PUT", $"/data/{Plants}/{id}", Plants, Cozy.Json($$"""{"_id":"{{id}}","_rev":"{{revision}}",{{members}} }""")))
        .Expect(200).Json.GetProperty("rev").GetString()!;

    private static JsonElement PayloadOf(JsonElement? message) => message!.Value.GetProperty("payload");

    private static void AssertEvent(string expected, JsonElement? message)
    {
        using var json = JsonDocument.Parse(expected);
        Assert.Equal(JsonSerializer.Serialize(json.RootElement), JsonSerializer.Serialize(message));
    }
}
