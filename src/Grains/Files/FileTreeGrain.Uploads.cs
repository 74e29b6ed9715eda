using Cozy.Grains.Errors;
using Cozy.Grains.Thumbnails;
using Cozy.Storage.Blobs;

namespace Cozy.Grains.Files;

/// <summary>Uploads: the front end writes the content between the two calls.</summary>
internal sealed partial class FileTreeGrain
{
    /// <summary>Commits under way, by the content's id.</summary>
    private readonly Dictionary<string, Task<FileEntry>> _commits = [];

    public async Task<UploadGrant> PrepareUploadAsync(NewFile request)
    {
        FileRules.CheckName(request.Name);
        var quota = await QuotaAsync();
        var tree = await _tree.GetAsync();
        CheckCount(tree);
        var parent = RequireParent(tree, request.ParentId);
        FileRules.CheckDepth(parent);
        if (parent.Child(request.Name) is not null && !request.RenameOnConflict)
            throw FileRules.NameTaken();
        CheckQuota(tree, request.Size, quota);
        return UploadGrant.For(_ids.Next(), request.MimeType, request.Name);
    }

    public Task<FileEntry> CommitUploadAsync(UploadGrant grant, NewFile request, UploadedContent content) =>
        CommitOnceAsync(grant, () => CreateAsync(grant, request, content));

    private static void CheckQuota(FileTree tree, long? size, long quota)
    {
        if (quota > 0 && tree.UsedBytes + (size ?? 0) > quota)
            throw FileRules.OverQuota();
    }

    private async Task<FileEntry> CreateAsync(UploadGrant grant, NewFile request, UploadedContent content)
    {
        FileRules.CheckName(request.Name);
        var quota = await QuotaAsync();
        using var share = await _lock.ShareAsync();
        var tree = await CurrentTreeAsync();
        if (tree.Find(grant.FileId) is not null)
            return await RepeatedAsync(grant) ?? throw CozyException.Conflict("The id is taken.");

        CheckCount(tree);
        var parent = RequireParent(tree, request.ParentId);
        FileRules.CheckDepth(parent);
        var name = request.RenameOnConflict && _reservations.IsTaken(parent, request.Name)
            ? ConflictNames.Numbered(request.Name, isFile: true, other => _reservations.IsTaken(parent, other))
                ?? throw FileRules.NameTaken()
            : request.Name;
        using var reservedName = _reservations.TakeName(parent, name);
        using var reservedBytes = _reservations.TakeBytes(tree, content.Length, quota);
        var members = FileDocument.ForFile(grant, request with { Name = name }, content, _time.GetUtcNow());
        return await AddAsync(tree, parent, new FileNode(new FileKey(grant.FileId), name, content.Length), members);
    }

    /// <summary>What an earlier attempt at the same commit wrote; null when it wrote nothing.</summary>
    private async Task<FileEntry?> RepeatedAsync(UploadGrant grant) =>
        await FindByIdAsync(grant.FileId) is { } known && FileDocument.VersionId(known.Members) == grant.VersionId ? known : null;

    /// <summary>
    /// Commits and confirms the content; a content that is refused is removed. A front end that got no answer asks again
    /// while the first attempt may still be at work.
    /// </summary>
    private async Task<FileEntry> CommitOnceAsync(UploadGrant grant, Func<Task<FileEntry>> commit)
    {
        if (_commits.TryGetValue(grant.VersionId, out var running))
            return await running;

        var attempt = CommitOrDiscardAsync(new BlobKey(InstanceId, grant.FileId, grant.VersionId), commit);
        _commits[grant.VersionId] = attempt;
        try
        {
            return await attempt;
        }
        finally
        {
            _commits.Remove(grant.VersionId);
        }
    }

    private async Task<FileEntry> CommitOrDiscardAsync(BlobKey key, Func<Task<FileEntry>> commit)
    {
        try
        {
            var entry = await commit();
            _ = ConfirmAsync(key);
            _ = WatchUsageAsync();
            if (FileDocument.Text(entry.Members, "class") is "image" or "pdf")
                GrainFactory.GetGrain<IThumbnailsGrain>(InstanceId).EnqueueAsync(entry.Id).AsTask().Ignore();
            return entry;
        }
        catch (CozyException failure) when (failure.Kind is not ErrorKind.Unavailable)
        {
            await DiscardAsync([key]);
            throw;
        }
    }

    /// <summary>The document is written, so a failure here loses nothing: the next start of the tree settles it.</summary>
    private async Task ConfirmAsync(BlobKey key)
    {
        try
        {
            await _blobs.ConfirmAsync(key);
        }
        catch (Exception failure) when (failure is BlobStoreException or IOException)
        {
            LogPendingFailed(failure, InstanceId);
        }
    }

    /// <summary>Removes contents that nothing refers to; what fails is left to the check of the store.</summary>
    private async Task DiscardAsync(List<BlobKey> keys)
    {
        try
        {
            if (keys.Count > 0)
                await _blobs.DeleteAsync(keys);
        }
        catch (Exception failure) when (failure is BlobStoreException or IOException)
        {
            LogDiscardFailed(failure, InstanceId);
        }
    }
}
