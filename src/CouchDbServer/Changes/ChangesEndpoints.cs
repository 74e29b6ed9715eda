using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Changes;

/// <summary><c>/{db}/_changes</c>.</summary>
internal static class ChangesEndpoints
{
    public static readonly Route Route = new("GET,POST,HEAD", ("GET", GetAsync), ("POST", PostAsync));

    private static Task GetAsync(Exchange exchange) => AnswerAsync(exchange, null);

    private static async Task PostAsync(Exchange exchange)
    {
        var body = await exchange.ReadJsonBodyAsync();
        await AnswerAsync(exchange, body.IsEmpty ? JsonText.ParseObject("{}"u8.ToArray()) : JsonText.ParseObject(body));
    }

    private static async Task AnswerAsync(Exchange exchange, JsonElement? body)
    {
        // Checked in CouchDB's order: options first, then the filter.
        var options = ChangesOptions.Parse(exchange.Query, ChangesFilter.None);
        options = options with { Filter = await ChangesFilter.ParseAsync(exchange, body) };
        if (HttpMethods.IsHead(exchange.Method))
            options = options with { Feed = Feed.Normal, Limit = 0 };

        var reader = new ChangesReader(exchange, options);
        await reader.StartAsync();
        var feed = new ChangesWriter(exchange, options, reader);
        await (options.Feed switch
        {
            Feed.Continuous => feed.WriteLinesAsync(),
            Feed.EventSource => feed.WriteEventsAsync(),
            _ => feed.WriteObjectAsync(wait: options.Feed == Feed.LongPoll),
        });
    }
}
