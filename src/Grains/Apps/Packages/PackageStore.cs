using System.Globalization;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Apps.Packages;

/// <summary>
/// Keeps packages: the files of each in one content of the blob store, and a document in <c>global/app-packages</c>
/// that says where each is. A package has the id of what was fetched, so that instances share it.
/// </summary>
internal sealed partial class PackageStore(IDocumentStore documents, IBlobStore blobs, ILogger<PackageStore> logger)
{
    private static readonly DatabaseName Database = new(DatabaseName.Global, "app-packages");

    private int _isSettled;

    /// <summary>The package; null when there is none.</summary>
    public async Task<AppPackage?> FindAsync(string id)
    {
        try
        {
            return await documents.GetAsync(Database, id, ReadOptions.Winner) is { Deleted: false } document
                ? PackageDocument.Read(id, document.Members)
                : null;
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return null;
        }
    }

    /// <summary>Keeps the files of a package under its id, unless they are kept already.</summary>
    public async Task KeepAsync(string id, PackageSpool spool, CancellationToken cancellationToken)
    {
        await SettleAsync();
        if (await FindAsync(id) is not null)
            return;

        var key = new BlobKey(AppPackages.Area, id, Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
        await using var upload = await blobs.BeginUploadAsync(key, null, cancellationToken);
        using var writer = new PackageWriter(spool, upload);
        var package = await writer.WriteAsync(id, key.VersionId, cancellationToken);
        var result = (await documents.EditAsync(
            Database, [new DocumentEdit(id, null, false, PackageDocument.Write(package))], cancellationToken))[0];
        if (result.Failure is { Kind: StoreError.Conflict })
        {
            // Another instance installed the same meanwhile.
            await blobs.DeleteAsync([key], cancellationToken);
            return;
        }

        if (result.Failure is not null)
            throw result.Failure;
        await blobs.ConfirmAsync(key, cancellationToken);
    }

    /// <summary>Once per process: confirms what a document refers to and removes what a crash left open.</summary>
    private async Task SettleAsync()
    {
        if (Interlocked.Exchange(ref _isSettled, 1) == 1)
            return;
        try
        {
            foreach (var key in await blobs.ListPendingAsync(AppPackages.Area))
            {
                if ((await FindAsync(key.FileId))?.ContentId == key.VersionId)
                    await blobs.ConfirmAsync(key);
                else
                    await blobs.DeleteAsync([key]);
            }
        }
        catch (Exception failure) when (failure is BlobStoreException or DocumentStoreException or IOException)
        {
            LogNotSettled(failure);
        }
    }

    [LoggerMessage(1101, LogLevel.Warning, "Packages of apps left open by a crash could not be settled")]
    private partial void LogNotSettled(Exception failure);
}
