using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Scripts;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Views;

/// <summary><c>/{db}/_design/{design}/_view/{name}</c>, and its <c>/queries</c>.</summary>
internal static class ViewEndpoint
{
    private const string Allow = "GET,POST,HEAD";

    /// <summary>Answers one query.</summary>
    public static async Task AnswerAsync(Exchange exchange, StoredDocument design, string name)
    {
        JsonElement? body = exchange.Method switch
        {
            "GET" or "HEAD" => null,
            "POST" => JsonText.Parse(await exchange.ReadJsonBodyAsync()),
            _ => throw CouchException.MethodNotAllowed(Allow),
        };
        var view = View.Read(design, name);
        var options = ViewOptions.Parse(exchange.Query, body, view.Reduce is not null);
        var answer = await PrepareAsync(exchange, view, options);
        await answer.WriteAsync(exchange.StartStream());
        await EndAsync(exchange);
    }

    /// <summary>Answers several queries of one view.</summary>
    public static async Task AnswerQueriesAsync(Exchange exchange, StoredDocument design, string name)
    {
        if (exchange.Method != "POST")
            throw CouchException.MethodNotAllowed("POST");
        var queries = JsonText.ParseObject(await exchange.ReadJsonBodyAsync()).Member("queries")
            ?? throw CouchException.BadRequest("POST body must include `queries` parameter.");
        if (queries.ValueKind != JsonValueKind.Array)
            throw CouchException.BadRequest("`queries` member must be an array.");

        var view = View.Read(design, name);
        var options = queries.EnumerateArray().Select(query => ViewOptions.Parse(exchange.Query, query, view.Reduce is not null)).ToList();
        var answers = new List<ViewAnswer>();
        foreach (var query in options)
            answers.Add(await PrepareAsync(exchange, view, query));
        var json = exchange.StartStream().Raw("{\"results\":["u8);
        for (var i = 0; i < answers.Count; i++)
        {
            if (i > 0)
                json.Raw(","u8);
            await answers[i].WriteAsync(json);
        }

        json.Raw("]}"u8);
        await EndAsync(exchange);
    }

    // What can fail should fail before the answer has begun.
    private static async Task<ViewAnswer> PrepareAsync(Exchange exchange, View view, ViewOptions options)
    {
        var views = exchange.Server.Views;
        var index = views.Get(exchange.Database, view.Map);
        var (rows, sequence) = await index.RefreshAsync(exchange.Store, exchange.Aborted);
        views.Trim();
        if (!options.Reduce)
            return new RowAnswer(exchange, rows, options, sequence);
        var reducer = new Reducer(view.Reduce!, views.Limits);
        var groups = await ScriptThread.RunAsync(views.Limits, () => ViewGroups.Make(rows, options, reducer), exchange.Aborted);
        return new GroupAnswer(groups, options, sequence);
    }

    private static async Task EndAsync(Exchange exchange)
    {
        new JsonOutput(exchange.Http.Response.BodyWriter).Raw("\n"u8);
        await exchange.FlushAsync();
    }
}
