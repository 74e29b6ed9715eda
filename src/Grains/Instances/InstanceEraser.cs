using Cozy.Grains.Apps;
using Cozy.Grains.Auth;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Exports;
using Cozy.Grains.Files;
using Cozy.Grains.Jobs;
using Cozy.Grains.OAuth;
using Cozy.Grains.Permissions;
using Cozy.Grains.Storage;
using Cozy.Grains.Triggers;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Orleans.Runtime;

namespace Cozy.Grains.Instances;

/// <summary>Removes everything an instance has, in the stores and in the memory of other grains.</summary>
internal sealed class InstanceEraser(
    IGrainFactory grains, IDocumentStore documents, IBlobStore blobs, TimeProvider time)
{
    /// <summary>
    /// How long the front ends may still let requests through after the instance is marked as deleted; what they write
    /// must be there before it is erased.
    /// </summary>
    private static readonly TimeSpan FrontEndDelay = TimeSpan.FromSeconds(1.5);

    private static readonly GrainType DoctypeGrainType = GrainType.Create("doctype");

    /// <summary>Erases the instance. Repeating it finishes what was interrupted.</summary>
    public async Task EraseAsync(string instanceId)
    {
        await Task.Delay(FrontEndDelay, time);
        await ForgetAsync(instanceId);
        await grains.GetGrain<IExportsGrain>(instanceId).RemoveAsync(null);
        try
        {
            await blobs.DeleteInstanceAsync(instanceId);
            await documents.DeletePartitionAsync(instanceId);
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
        catch (BlobStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    /// <summary>Has every grain of the instance drop what it remembers, on all silos.</summary>
    public async Task ForgetAsync(string instanceId)
    {
        await grains.GetGrain<IFileTreeGrain>(instanceId).ForgetAsync();
        await grains.GetGrain<IAuthGrain>(instanceId).ForgetAsync();
        await grains.GetGrain<IPermissionsGrain>(instanceId).ForgetAsync();
        await grains.GetGrain<IAppsGrain>(instanceId).ForgetAsync();
        await grains.GetGrain<IOAuthGrain>(instanceId).ForgetAsync();
        await grains.GetGrain<ISchedulerGrain>(instanceId).ForgetAsync();
        await grains.GetGrain<IJobQueueGrain>(instanceId).ForgetAsync();

        var active = await grains.GetGrain<IManagementGrain>(0).GetActiveGrains(DoctypeGrainType);
        foreach (var id in active)
        {
            var key = id.Key.ToString();
            if (key is not null && key.StartsWith(instanceId + "/", StringComparison.Ordinal))
                await grains.GetGrain<IDoctypeGrain>(key).ForgetAsync();
        }
    }
}
