using System.Buffers;
using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Documents;

/// <summary>What is asked of the functions of a design document: there is nothing here that runs them.</summary>
internal static class DesignFunctions
{
    public static async Task RefuseAsync(Exchange exchange, string id, int first)
    {
        var kind = exchange.Target.Segments[first];
        if (kind is not ("_view" or "_show" or "_list" or "_update" or "_rewrite" or "_info" or "_search"))
            return;
        var design = await DocumentRequest.RequireAsync(exchange, id, ReadOptions.Winner);
        if (kind == "_view" && exchange.Target.Segments.Count > first + 1 && !HasView(design, exchange.Target.Segments[first + 1]))
            throw CouchException.NotFound("missing_named_view");
        throw CouchException.NotImplemented(
            "This server runs no JavaScript: views and the other functions of design documents are not supported.");
    }

    private static bool HasView(StoredDocument design, string? name)
    {
        var json = new ArrayBufferWriter<byte>(design.Members.Length + 2);
        DocumentCodec.WriteMembersAsObject(json, design.Members.Span);
        return name is not null
            && JsonText.Parse(json.WrittenMemory).Member("views") is { ValueKind: JsonValueKind.Object } views
            && views.Member(name) is not null;
    }
}
