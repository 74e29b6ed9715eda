using System.Buffers;
using Cozy.Storage.Documents.Mango;

namespace Cozy.Grains.Doctypes;

/// <summary>Mango: queries and their indexes.</summary>
internal sealed partial class DoctypeGrain
{
    public Task<FoundPage> FindAsync(MangoQuery query) => FromStoreAsync(async () =>
    {
        var found = await _store.FindAsync(_database, Parse(query));
        var page = new PageCut<ReadOnlyMemory<byte>>(PageBytes);
        foreach (var document in found.Documents.TakeWhile(_ => !page.IsCut))
            page.Add(document, document.Length);

        var statistics = found.Statistics is { } taken
            ? new QueryStatistics(taken.KeysExamined, taken.DocumentsExamined, taken.ResultsReturned, taken.Milliseconds)
            : null;
        return new FoundPage(page.Items, found.Bookmark, found.Warning, statistics, page.IsCut);
    });

    public Task<ReadOnlyMemory<byte>> ExplainAsync(MangoQuery query) =>
        FromStoreAsync(() => _store.ExplainAsync(_database, Parse(query)));

    public async Task<IndexOutcome> CreateIndexAsync(ReadOnlyMemory<byte> body)
    {
        try
        {
            return await FromStoreAsync(async () =>
            {
                var made = await _store.CreateIndexAsync(_database, IndexRequest.Parse(body.Span, _limits));
                return new IndexOutcome(made.Created, made.DesignDocument, made.Name);
            });
        }
        finally
        {
            DesignsChanged();
        }
    }

    public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ListIndexesAsync() =>
        FromStoreAsync<IReadOnlyList<ReadOnlyMemory<byte>>>(async () =>
        {
            var indexes = await _store.ListIndexesAsync(_database);
            return indexes.Select(Write).ToArray();
        });

    public async Task<bool> DeleteIndexAsync(string designDocument, string name)
    {
        try
        {
            return await FromStoreAsync(() => _store.DeleteIndexAsync(_database, designDocument, name));
        }
        finally
        {
            DesignsChanged();
        }
    }

    private FindQuery Parse(MangoQuery query) =>
        FindQuery.Parse(query.Body.Span, _limits) with { RequireIndex = query.RequireIndex };

    private static ReadOnlyMemory<byte> Write(MangoIndex index)
    {
        var output = new ArrayBufferWriter<byte>();
        index.WriteTo(output);
        return output.WrittenMemory;
    }

    // Indexes live in design documents, which are documents too.
    private void DesignsChanged()
    {
        _cache.Clear();
        _writes++;
        WakeFeeds();
    }
}
