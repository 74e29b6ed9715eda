using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Orleans.Concurrency;

namespace Cozy.Grains.Instances;

/// <summary>Reads pages of <c>global/instances</c>.</summary>
[GrainType("instancedirectory"), StatelessWorker]
internal sealed class InstanceDirectoryGrain(IDocumentStore documents) : Grain, IInstanceDirectoryGrain
{
    private const int MaximumPage = 1000;

    public async Task<InstancePage> ListAsync(int limit, string? after)
    {
        var wanted = Math.Clamp(limit, 1, MaximumPage);
        try
        {
            var page = await documents.ListAsync(
                InstanceDocument.Database,
                new ListQuery
                {
                    // The first id after this one.
                    StartKey = after is null ? null : after + "\0",
                    Limit = wanted + 1,
                    IncludeDocuments = true,
                });
            var instances = page.Rows
                .Take(wanted)
                .Where(row => !row.Id.StartsWith('_') && !InstanceDocument.IsDeleting(row.Document!))
                .Select(row => InstanceDocument.Read(row.Document!, settings: null));
            return new InstancePage([.. instances], page.Rows.Count > wanted);
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return new InstancePage([], false);
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    public async Task<long> CountAsync()
    {
        try
        {
            return (await documents.GetInfoAsync(InstanceDocument.Database))?.DocumentCount ?? 0;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
