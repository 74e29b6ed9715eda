using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Auth;

/// <summary>
/// Entries that are only ever added, in the order of their ids; beyond a number the oldest are forgotten.
/// </summary>
internal sealed class HistoryDocuments(
    IDocumentStore store, IGrainFactory grains, string instanceId, string doctype, int maximum, TimeProvider time)
{
    private const int BetweenPrunings = 50;

    private readonly DatabaseName _database = DatabaseName.ForDoctype(instanceId, doctype);
    private readonly IDoctypeGrain _documents = grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, doctype));
    private int _added;

    /// <summary>Adds an entry.</summary>
    public async Task AddAsync(Action<Utf8JsonWriter> write)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        await _documents.EditAsync([new Edit(id, null, false, Json.Members(write))]);
        if (_added++ % BetweenPrunings == 0)
            await PruneAsync();
    }

    /// <summary>The newest entries, the newest first.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(int limit, Func<JsonElement, T> read)
    {
        var rows = await RowsAsync(new ListQuery { Descending = true, Limit = limit, IncludeDocuments = true });
        return [.. rows.Where(row => row.Document is not null).Select(row =>
        {
            using var json = Json.Parse(row.Document!.Members);
            return read(json.RootElement);
        })];
    }

    private async Task PruneAsync()
    {
        var rows = await RowsAsync(new ListQuery { Limit = maximum + (2 * BetweenPrunings) });
        var surplus = rows.Take(Math.Max(0, rows.Count - maximum))
            .Select(row => new Edit(row.Id, row.Revision?.ToString(), true, ReadOnlyMemory<byte>.Empty));
        if (surplus.ToArray() is { Length: > 0 } edits)
            await _documents.EditAsync(edits);
    }

    private async Task<IReadOnlyList<DocumentRow>> RowsAsync(ListQuery query)
    {
        try
        {
            var page = await store.ListAsync(_database, query);
            return [.. page.Rows.Where(row => !row.Id.StartsWith('_'))];
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return [];
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
