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
    /// <summary>The database of the documents.</summary>
    public static readonly DatabaseName Database = new(DatabaseName.Global, "app-packages");

    private int _isSettled;

    /// <summary>The package; null when there is none.</summary>
    public async Task<AppPackage?> FindAsync(string id) =>
        await ReadAsync(id) is { } document && !PackageDocument.ReadLife(document.Members).IsGoing
            ? PackageDocument.Read(id, document.Members)
            : null;

    /// <summary>
    /// Keeps the files of a package under its id, unless they are kept already. One that was about to be removed as unused
    /// stays.
    /// </summary>
    public async Task KeepAsync(string id, PackageSpool spool, CancellationToken cancellationToken)
    {
        await SettleAsync();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var document = await ReadAsync(id);
            var life = document is null ? null : PackageDocument.ReadLife(document.Members);
            if (life is { IsGoing: false })
            {
                if (life.UnusedSince is null || await TryWriteAsync(
                    id, document!.Revision, PackageDocument.Rewrite(document.Members, life with { UnusedSince = null }), cancellationToken))
                {
                    return;
                }

                continue;
            }

            if (life is not null)
                await blobs.DeleteAsync([new BlobKey(AppPackages.Area, id, life.ContentId)], cancellationToken);
            if (await TryUploadAsync(id, document?.Revision, spool, cancellationToken))
                return;
        }
    }

    /// <summary>Uploads and writes the document; false when somebody else wrote it meanwhile.</summary>
    private async Task<bool> TryUploadAsync(string id, Revision? replaced, PackageSpool spool, CancellationToken cancellationToken)
    {
        var key = new BlobKey(AppPackages.Area, id, Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
        await using var upload = await blobs.BeginUploadAsync(key, null, cancellationToken);
        using var writer = new PackageWriter(spool, upload);
        var package = await writer.WriteAsync(id, key.VersionId, cancellationToken);
        if (!await TryWriteAsync(id, replaced, PackageDocument.Write(package), cancellationToken))
        {
            // Another instance installed the same meanwhile.
            await blobs.DeleteAsync([key], cancellationToken);
            return false;
        }

        await blobs.ConfirmAsync(key, cancellationToken);
        return true;
    }

    private async Task<bool> TryWriteAsync(
        string id, Revision? replaced, ReadOnlyMemory<byte> members, CancellationToken cancellationToken)
    {
        var result = (await documents.EditAsync(Database, [new DocumentEdit(id, replaced, false, members)], cancellationToken))[0];
        return result.Failure switch
        {
            null => true,
            { Kind: StoreError.Conflict } => false,
            _ => throw result.Failure,
        };
    }

    private async Task<StoredDocument?> ReadAsync(string id)
    {
        try
        {
            return await documents.GetAsync(Database, id, ReadOptions.Winner) is { Deleted: false } document ? document : null;
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return null;
        }
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
