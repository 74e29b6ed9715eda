using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Files;

/// <summary>Reading the tree, and finishing what a crash interrupted.</summary>
internal sealed partial class FileTreeGrain
{
    private async Task<FileTree> LoadAsync()
    {
        var unfinished = await ReadJournalAsync();
        if (unfinished is { Operation: JournalOperation.Move })
            await FinishMovedFolderAsync(unfinished);

        var loaded = await _loader.LoadAsync(findStale: unfinished is not null);
        if (unfinished is not null)
            await FinishAsync(loaded, unfinished);

        // Without a root it is no tree but what a database that is missing, or being restored, looks like: nothing is removed then.
        if (loaded.Tree.Find(WellKnownFiles.RootId) is not null)
            _ = SettleAsync(loaded.LooseVersions, loaded.DoubleVersions);
        return loaded.Tree;
    }

    private async Task<JournalEntry?> ReadJournalAsync()
    {
        try
        {
            return await _journal.ReadAsync();
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return null;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    /// <summary>The folder itself, unless that was done: then its document has another revision.</summary>
    private async Task FinishMovedFolderAsync(JournalEntry entry)
    {
        if (await _documents.ReadAsync(entry.Id) is { Deleted: false } document && document.Revision == entry.Revision)
            await _documents.EditAsync([new Edit(entry.Id, entry.Revision, false, entry.Members)]);
    }

    private async Task FinishAsync(LoadedTree loaded, JournalEntry entry)
    {
        LogRecovering(InstanceId, entry.Operation, entry.Id);
        if (loaded.Tree.Find(entry.Id) is FolderNode folder)
        {
            if (entry.Operation == JournalOperation.Move)
                await RewriteAsync([.. loaded.Stale.Where(node => FileTree.IsAtOrBelow(node, folder))], FileTree.PathOf);
            else
                await DestroyNodesAsync(loaded.Tree, folder, withRoot: entry.Operation == JournalOperation.Destroy);
        }

        await _journal.ClearAsync();
    }

    /// <summary>
    /// Settles what a crash left open: confirms the uploads a document refers to and removes the rest, and versions of
    /// files that are gone. Documents decide, not the tree in memory, which may be older than an upload.
    /// </summary>
    private async Task SettleAsync(IReadOnlyList<string> looseVersions, IReadOnlyList<string> doubleVersions)
    {
        try
        {
            await DestroyVersionsAsync(looseVersions);
            foreach (var id in doubleVersions)
                await ForgetDoubleAsync(id);
            foreach (var key in await _blobs.ListPendingAsync(InstanceId))
            {
                if (_commits.ContainsKey(key.VersionId))
                    continue;
                if (await RefersToAsync(key))
                    await _blobs.ConfirmAsync(key);
                else if (!_commits.ContainsKey(key.VersionId))
                    await _blobs.DeleteAsync([key]);
            }
        }
        catch (Exception failure) when (failure is BlobStoreException or CozyException or IOException)
        {
            LogPendingFailed(failure, InstanceId);
        }
    }

    /// <summary>Removes the document of a version that is its file's current content, unless that has changed meanwhile.</summary>
    private async Task ForgetDoubleAsync(string id)
    {
        var (fileId, versionId) = VersionDocument.Split(id);
        using var own = await _documentLocks.EnterAsync(fileId);
        if (await TryReadAsync(_documents, fileId) is { } file && FileDocument.VersionId(file.Members) == versionId)
            await RemoveVersionDocumentsAsync([id]);
    }

    private async Task<bool> RefersToAsync(BlobKey key) =>
        await TryReadAsync(_documents, key.FileId) is { } file && FileDocument.VersionId(file.Members) == key.VersionId
        || await TryReadAsync(_versions, VersionDocument.IdOf(key.FileId, key.VersionId)) is not null;

    /// <summary>A document; null when it, or its whole database, is not there.</summary>
    private static async Task<Document?> TryReadAsync(IDoctypeGrain doctype, string id)
    {
        try
        {
            return await doctype.ReadAsync(id) is { Deleted: false } document ? document : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }
}
