using System.Security.Cryptography;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.CouchDbServer.Mango;
using Cozy.CouchDbServer.Views;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Documents;

/// <summary>What is asked of the functions of a design document: views are run, indexes for queries can be read like views.</summary>
internal static class DesignFunctions
{
    /// <summary>False when the path names no function.</summary>
    /// <exception cref="CouchException">It names one that cannot be run.</exception>
    public static async Task<bool> TryAnswerAsync(Exchange exchange, string id, int first)
    {
        var segments = exchange.Target.Segments;
        var kind = segments[first];
        if (kind is not ("_view" or "_show" or "_list" or "_update" or "_rewrite" or "_info" or "_search"))
            return false;
        if (kind == "_view" && (segments.Count == first + 1 || exchange.Method is not ("GET" or "HEAD" or "POST")))
            throw CouchException.MethodNotAllowed("GET,POST,HEAD");
        var design = await DocumentRequest.RequireAsync(exchange, id, ReadOptions.Winner);
        if (kind == "_info" && segments.Count == first + 1)
            await AnswerInfoAsync(exchange, design);
        else if (kind == "_view" && segments.Count > first + 1 && segments[first + 1] is { } name)
            await AnswerViewAsync(exchange, design, name, segments.Count > first + 2 ? segments[first + 2] : null);
        else
            throw CouchException.NotImplemented("Of the functions of design documents this server runs views and filters only.");
        return true;
    }

    private static async Task AnswerViewAsync(Exchange exchange, StoredDocument design, string name, string? part)
    {
        if (part is null && exchange.Method is "GET" or "HEAD" && await IndexViewEndpoint.TryAnswerAsync(exchange, design.Id, name))
            return;
        if (exchange.Protocol.Scripts is null)
            throw CouchException.NotImplemented("This server runs no JavaScript: views are not supported.");
        if (part is null)
            await ViewEndpoint.AnswerAsync(exchange, design, name);
        else if (part == "queries")
            await ViewEndpoint.AnswerQueriesAsync(exchange, design, name);
        else
            throw CouchException.Missing();
    }

    /// <summary>Views are kept in memory: there are no files to tell of.</summary>
    private static Task AnswerInfoAsync(Exchange exchange, StoredDocument design)
    {
        var language = View.Members(design).Member("language") is { ValueKind: JsonValueKind.String } given ? given.Text() : "javascript";
        var signature = Convert.ToHexStringLower(SHA256.HashData(design.Members.Span))[..32];
        return exchange.AnswerAsync(StatusCodes.Status200OK, json => json
            .Raw("{\"name\":"u8).String(design.Id[DocumentId.DesignPrefix.Length..])
            .Raw(",\"view_index\":{\"updates_pending\":{\"minimum\":0,\"preferred\":0,\"total\":0},\"waiting_commit\":false"u8)
            .Raw(",\"waiting_clients\":0,\"updater_running\":false,\"update_seq\":0,\"sizes\":{\"file\":0,\"external\":0,\"active\":0}"u8)
            .Raw(",\"signature\":"u8).String(signature).Raw(",\"purge_seq\":0,\"language\":"u8).String(language)
            .Raw(",\"compact_running\":false,\"collator_versions\":[]}}"u8));
    }
}
