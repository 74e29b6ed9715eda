using System.Buffers;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Documents;

/// <summary>
/// What is asked of the functions of a design document: indexes for queries can be read like views, and there is nothing
/// here that runs the rest.
/// </summary>
internal static class DesignFunctions
{
    /// <summary>False when the path names no function.</summary>
    /// <exception cref="CouchException">It names one that cannot be run.</exception>
    public static async Task<bool> TryAnswerAsync(Exchange exchange, string id, int first)
    {
        var kind = exchange.Target.Segments[first];
        if (kind is not ("_view" or "_show" or "_list" or "_update" or "_rewrite" or "_info" or "_search"))
            return false;
        var design = await DocumentRequest.RequireAsync(exchange, id, ReadOptions.Winner);
        if (kind == "_view" && exchange.Target.Segments.Count == first + 2 && exchange.Target.Segments[first + 1] is { } view)
        {
            if (exchange.Method is "GET" or "HEAD" && await Mango.IndexViewEndpoint.TryAnswerAsync(exchange, id, view))
                return true;
            if (!HasView(design, view))
                throw CouchException.NotFound("missing_named_view");
        }

        throw CouchException.NotImplemented(
            "This server runs no JavaScript: views and the other functions of design documents are not supported.");
    }

    private static bool HasView(StoredDocument design, string name)
    {
        var json = new ArrayBufferWriter<byte>(design.Members.Length + 2);
        DocumentCodec.WriteMembersAsObject(json, design.Members.Span);
        return JsonText.Parse(json.WrittenMemory).Member("views") is { ValueKind: JsonValueKind.Object } views
            && views.Member(name) is not null;
    }
}
