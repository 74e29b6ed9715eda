using Cozy.Grains.Doctypes;
using Cozy.Storage.Documents.Mango;

namespace Cozy.Web.Data;

/// <summary>Puts an answer to a query together from pages that fit into messages.</summary>
internal static class FindPages
{
    /// <summary>Asks until the query has all it may have.</summary>
    public static async Task<FindResult> ReadAllAsync(FindQuery query, Func<MangoQuery, Task<FoundPage>> ask)
    {
        var first = await ask(GrainMessages.ToMessage(query));
        if (!first.IsCut)
            return new FindResult(first.Documents, first.Bookmark, first.Warning, ToStatistics(first));

        var documents = new List<ReadOnlyMemory<byte>>(first.Documents);
        var page = first;
        while (page.IsCut || documents.Count < query.Limit)
        {
            // As many as did fit before, and again as many: what does not fit was read for nothing.
            var limit = Math.Min(query.Limit - documents.Count, Math.Max(1, 2 * page.Documents.Count));
            page = await ask(GrainMessages.ToMessage(query with { Skip = query.Skip + documents.Count, Limit = limit }));
            documents.AddRange(page.Documents);
            if (!page.IsCut && page.Documents.Count < limit)
                break;
        }

        var statistics = ToStatistics(first) is { } taken ? taken with { ResultsReturned = documents.Count } : null;
        return new FindResult(documents, page.Bookmark, first.Warning, statistics);
    }

    private static FindStatistics? ToStatistics(FoundPage page) => page.Statistics is { } taken
        ? new FindStatistics(taken.KeysExamined, taken.DocumentsExamined, 0, taken.ResultsReturned, taken.Milliseconds)
        : null;
}
