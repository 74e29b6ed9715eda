using System.Text.Json;
using Cozy.CouchDbServer.Http;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Which documents a feed is about.</summary>
/// <param name="DocumentIds">Only these; null for all.</param>
/// <param name="DesignOnly">Only design documents.</param>
/// <param name="ByDocument">Only those it lets pass; null for all.</param>
internal sealed record ChangesFilter(
    IReadOnlyCollection<string>? DocumentIds, bool DesignOnly, DocumentFilter? ByDocument = null)
{
    public static readonly ChangesFilter None = new(null, false);

    public bool IsNone => DocumentIds is null && !DesignOnly && ByDocument is null;

    /// <summary>Reads <c>filter=</c> and what belongs to it.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="body">Its body; null when it is no POST.</param>
    public static async Task<ChangesFilter> ParseAsync(Exchange exchange, JsonElement? body)
    {
        switch (exchange.Query["filter"])
        {
            case null or "":
                return None;
            case "_doc_ids":
                var ids = (body is null ? exchange.Query.Json("doc_ids") : body.Value.Member("doc_ids"))?.Texts();
                return new ChangesFilter(
                    ids?.ToHashSet(StringComparer.Ordinal)
                        ?? throw CouchException.BadRequest("`doc_ids` filter parameter is not a list of doc ids."),
                    DesignOnly: false);
            case "_design":
                return new ChangesFilter(null, DesignOnly: true);
            case "_selector" when body is null:
                throw CouchException.BadRequest("Selector must be specified in POST payload");
            case "_selector":
                return new ChangesFilter(null, DesignOnly: false, SelectorFilter.Parse(body.Value, exchange.Protocol.Limits.Queries));
            case "_view" when exchange.Query["view"] is null:
                throw CouchException.BadRequest("`view` filter parameter is not provided.");
            case "_view":
                return new ChangesFilter(null, DesignOnly: false, await ScriptFilter.ParseAsync(exchange, exchange.Query["view"]!, isView: true));
            case ['_', ..]:
                throw CouchException.BadRequest("unknown builtin filter name");
            case var function:
                return new ChangesFilter(null, DesignOnly: false, await ScriptFilter.ParseAsync(exchange, function, isView: false));
        }
    }
}
