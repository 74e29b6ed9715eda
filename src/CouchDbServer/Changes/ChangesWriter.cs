using Cozy.CouchDbServer.Attachments;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Writes a feed in its three shapes, and waits where the shape is one that waits.</summary>
internal sealed class ChangesWriter(Exchange exchange, ChangesOptions options, ChangesReader reader)
{
    private readonly FeedClock _clock = new(exchange, options);
    private int _written;

    /// <summary>One JSON object; with <paramref name="wait"/> not before there is something to tell.</summary>
    public async Task WriteObjectAsync(bool wait)
    {
        var signal = exchange.Protocol.Signals.Next(exchange.Database);
        var changes = await reader.NextAsync();
        var json = exchange.StartStream().Raw("{\"results\":[\n"u8);
        while (wait && changes.Count == 0 && !reader.AtLimit && await _clock.WaitAsync(signal, "\n"u8.ToArray()))
        {
            signal = exchange.Protocol.Signals.Next(exchange.Database);
            changes = await reader.NextAsync();
        }

        while (changes.Count > 0)
        {
            foreach (var change in changes)
            {
                json.Raw(_written == 0 ? ""u8 : ",\n"u8);
                await WriteChangeAsync(json, change);
            }

            await exchange.FlushAsync();
            changes = reader.AtLimit ? [] : await reader.NextAsync();
        }

        json.Raw("\n],\n\"last_seq\":"u8).String(reader.LastSequence);
        json.Raw(",\"pending\":"u8).Number(await reader.CountPendingAsync()).Raw("}\n"u8);
        await exchange.FlushAsync();
    }

    /// <summary>One JSON object a line, on and on.</summary>
    public async Task WriteLinesAsync()
    {
        var json = exchange.StartStream();
        await FollowAsync("\n"u8.ToArray(), async change =>
        {
            await WriteChangeAsync(json, change);
            json.Raw("\n"u8);
        });
        json.Raw("{\"last_seq\":"u8).String(reader.LastSequence);
        json.Raw(",\"pending\":"u8).Number(await reader.CountPendingAsync()).Raw("}\n"u8);
        await exchange.FlushAsync();
    }

    /// <summary>Server-sent events, as browsers read them.</summary>
    public async Task WriteEventsAsync()
    {
        var json = exchange.StartStream("text/event-stream");
        exchange.Http.Response.Headers.CacheControl = "no-cache";
        await FollowAsync("event: heartbeat\ndata: \n\n"u8.ToArray(), async change =>
        {
            json.Raw("data: "u8);
            await WriteChangeAsync(json, change);
            json.Raw("\nid: "u8).String(change.Sequence).Raw("\n\n"u8);
        });
        // A feed that ended because it is complete, and not for lack of news, says so by one more line.
        if (reader.AtLimit)
            json.Raw("\n"u8);
        await exchange.FlushAsync();
    }

    private async Task FollowAsync(byte[] heartbeat, Func<DocumentChange, Task> write)
    {
        while (true)
        {
            // Taken before reading: a change that the read just misses has completed it already.
            var signal = exchange.Protocol.Signals.Next(exchange.Database);
            var changes = await reader.NextAsync();
            foreach (var change in changes)
                await write(change);
            if (changes.Count > 0)
                _clock.Restart();
            await exchange.FlushAsync();
            if (reader.AtLimit)
                return;
            if (changes.Count == 0 && (options.Descending || !await _clock.WaitAsync(signal, heartbeat)))
                return;
        }
    }

    private async Task WriteChangeAsync(JsonOutput json, DocumentChange change)
    {
        _written++;
        var tellsSequence = _written % options.SequenceInterval == options.SequenceInterval - 1 || options.SequenceInterval == 1;
        var untold = exchange.Protocol.FeedsTellNulls ? "" : null;
        json.Raw("{\"seq\":"u8).String(tellsSequence ? change.Sequence : untold);
        json.Raw(",\"id\":"u8).String(change.Id).Raw(",\"changes\":"u8);
        json.Array(change.Leaves, static (json, leaf) => json.Raw("{\"rev\":"u8).String(leaf).Raw("}"u8));
        if (change.Deleted)
            json.Raw(",\"deleted\":true"u8);
        if (options.IncludeDocuments)
        {
            var document = change.Document;
            if (options.Conflicts)
            {
                document = await exchange.Store.GetAsync(
                    exchange.Database, change.Id, new ReadOptions { WithConflicts = true }, exchange.Aborted);
            }

            json.Raw(",\"doc\":"u8);
            if (document is null || options.Filter.ByDocument?.TryWrite(json, document) is not true)
                await AttachmentOutput.WriteDocumentAsync(exchange, json, document, options.Attachments);
        }
        else if (exchange.Protocol.FeedsTellNulls)
        {
            json.Raw(",\"doc\":null"u8);
        }

        json.Raw("}"u8);
    }
}
