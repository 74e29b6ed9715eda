using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Orleans.Concurrency;

namespace Cozy.Grains.Doctypes;

/// <summary>Asks the store, each time.</summary>
[StatelessWorker, Reentrant, GrainType("doctypelist")]
internal sealed class DoctypeListGrain(IDocumentStore store) : Grain, IDoctypeListGrain
{
    public async Task<IReadOnlyList<string>> ListAsync()
    {
        try
        {
            var databases = await store.ListDatabasesAsync(this.GetPrimaryKeyString());

            // A doctype's name has no dash, so a database's name tells the doctype.
            return databases.Select(database => database.Name.Replace('-', '.')).Order(StringComparer.Ordinal).ToArray();
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
