using Cozy.Storage.Documents;

namespace Cozy.Grains.Storage;

/// <summary>Reads all documents of a small database.</summary>
internal static class DocumentPages
{
    private const int PageSize = 500;

    /// <summary>Calls <paramref name="found"/> for each document that is not deleted; a missing database has none.</summary>
    /// <exception cref="Errors.CozyException">The store cannot be read.</exception>
    public static async Task ForEachAsync(IDocumentStore store, DatabaseName database, Action<string, StoredDocument> found)
    {
        string? after = null;
        try
        {
            while (true)
            {
                var page = await store.ListAsync(database, new ListQuery
                {
                    StartKey = after,
                    Skip = after is null ? 0 : 1,
                    Limit = PageSize,
                    IncludeDocuments = true,
                });
                foreach (var row in page.Rows)
                {
                    if (!row.Id.StartsWith(DocumentId.DesignPrefix, StringComparison.Ordinal) && row.Document is { } stored)
                        found(row.Id, stored);
                }

                if (page.Rows.Count < PageSize)
                    return;
                after = page.Rows[^1].Id;
            }
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            // Nothing was ever written.
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
