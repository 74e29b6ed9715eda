using System.Text.Json;
using Cozy.CouchDbServer.Http;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer.Changes;

/// <summary>Which documents a feed is about.</summary>
/// <param name="DocumentIds">Only these; null for all.</param>
/// <param name="DesignOnly">Only design documents.</param>
/// <param name="Selector">Only those it selects; null for all.</param>
internal sealed record ChangesFilter(
    IReadOnlyCollection<string>? DocumentIds, bool DesignOnly, SelectorFilter? Selector = null)
{
    public static readonly ChangesFilter None = new(null, false);

    public bool IsNone => DocumentIds is null && !DesignOnly && Selector is null;

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
                return new ChangesFilter(null, DesignOnly: false, SelectorFilter.Parse(body.Value));
            case "_view" when exchange.Query["view"] is null:
                throw CouchException.BadRequest("`view` filter parameter is not provided.");
            case "_view":
                throw await JavaScriptAsync(exchange, exchange.Query["view"]!);
            case ['_', ..]:
                throw CouchException.BadRequest("unknown builtin filter name");
            case var function:
                throw await JavaScriptAsync(exchange, function);
        }
    }

    private static async Task<CouchException> JavaScriptAsync(Exchange exchange, string function)
    {
        var parts = function.Split('/');
        if (parts.Length != 2)
            return CouchException.BadRequest("`filter` must be of the form `designname/filtername`");

        await Documents.DocumentRequest.RequireAsync(exchange, DocumentId.DesignPrefix + parts[0], ReadOptions.Winner);
        return CouchException.NotImplemented("This server runs no JavaScript: filter functions are not supported.");
    }
}
