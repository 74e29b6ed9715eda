using Cozy.Grains.Apps.Packages;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Orleans.Concurrency;

namespace Cozy.Grains.Apps;

/// <summary>Reads a package once on each silo that serves it.</summary>
[GrainType("app-package"), StatelessWorker(1), CollectionAgeLimit(Minutes = 15)]
internal sealed class AppPackageGrain : Grain, IAppPackageGrain
{
    private readonly PackageStore _store;
    private readonly LoadOnce<AppPackage?> _package;

    public AppPackageGrain(PackageStore store)
    {
        _store = store;
        _package = new(LoadAsync);
    }

    public async ValueTask<AppPackage?> GetAsync()
    {
        var package = await _package.GetAsync();

        // It may come to be.
        if (package is null)
            _package.Reset();
        return package;
    }

    public ValueTask<AppPackage?> RereadAsync()
    {
        _package.Reset();
        return GetAsync();
    }

    private async Task<AppPackage?> LoadAsync()
    {
        try
        {
            return await _store.FindAsync(this.GetPrimaryKeyString());
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
