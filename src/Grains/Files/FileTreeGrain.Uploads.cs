using System.Security.Cryptography;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;

namespace Cozy.Grains.Files;

/// <summary>Uploads: the front end writes the content between the two calls.</summary>
internal sealed partial class FileTreeGrain
{
    private readonly Dictionary<string, Task<FileEntry>> _commits = [];

    public async Task<UploadGrant> PrepareUploadAsync(NewFile request)
    {
        var tree = await _tree.GetAsync();
        FileRules.CheckName(request.Name);
        FileRules.CheckDates(request.CreatedAt, request.UpdatedAt);
        var parent = RequireParent(tree, request.ParentId);
        if (parent.Children!.ContainsKey(request.Name))
            throw FileRules.NameTaken();
        var quota = await QuotaAsync();
        if (quota > 0 && tree.UsedBytes + (request.Size ?? 0) > quota)
            throw FileRules.OverQuota();

        return new UploadGrant(NewId(), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
    }

    public async Task<FileEntry> CommitUploadAsync(UploadGrant grant, NewFile request, UploadedContent content)
    {
        // A front end that got no answer asks again while the first attempt may still be at work.
        if (_commits.TryGetValue(grant.FileId, out var running))
            return await running;

        var commit = CommitOrDiscardAsync(grant, request, content);
        _commits[grant.FileId] = commit;
        try
        {
            return await commit;
        }
        finally
        {
            _commits.Remove(grant.FileId);
        }
    }

    private async Task<FileEntry> CommitOrDiscardAsync(UploadGrant grant, NewFile request, UploadedContent content)
    {
        var key = new BlobKey(InstanceId, grant.FileId, grant.VersionId);
        try
        {
            FileRules.CheckName(request.Name);
            var quota = await QuotaAsync();
            var tree = await CurrentTreeAsync();
            if (tree.Find(grant.FileId) is { } known && known.VersionId == grant.VersionId)
                return (await ReadAsync(tree, known))!;

            var entry = await CommitAsync(tree, grant, request, content, quota);
            _ = ConfirmAsync(key);
            return entry;
        }
        catch (CozyException failure) when (failure.Kind is not ErrorKind.Unavailable)
        {
            await DiscardAsync(key);
            throw;
        }
    }

    private async Task<FileEntry> CommitAsync(
        FileTree tree, UploadGrant grant, NewFile request, UploadedContent content, long quota)
    {
        var parent = RequireParent(tree, request.ParentId);
        if (!_reservations.TryTakeName(parent, request.Name))
            throw FileRules.NameTaken();
        try
        {
            if (!_reservations.TryTakeBytes(tree, content.Length, quota))
                throw FileRules.OverQuota();
            try
            {
                var members = FileDocument.ForFile(grant, request, content, _time.GetUtcNow());
                return await WriteNewAsync(tree, grant.FileId, members);
            }
            finally
            {
                _reservations.ReleaseBytes(content.Length);
            }
        }
        finally
        {
            _reservations.ReleaseName(parent, request.Name);
        }
    }

    /// <summary>Most bytes the files may take; 0 for no limit.</summary>
    /// <exception cref="CozyException">NotFound: the instance is gone, and nothing may be written any more.</exception>
    private async ValueTask<long> QuotaAsync() =>
        (await GrainFactory.GetGrain<IInstanceGrain>(InstanceId).GetAsync()
            ?? throw CozyException.NotFound("The instance does not exist.")).DiskQuota;

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

    /// <summary>
    /// Settles the uploads that a crash left open: confirms what a document refers to and removes the rest. Documents
    /// decide, not the tree in memory, which may be older than an upload.
    /// </summary>
    private async Task SettlePendingAsync()
    {
        try
        {
            foreach (var key in await _blobs.ListPendingAsync(InstanceId))
            {
                if (_commits.ContainsKey(key.FileId))
                    continue;
                if (await RefersToAsync(key))
                    await _blobs.ConfirmAsync(key);
                else if (!_commits.ContainsKey(key.FileId))
                    await _blobs.DeleteAsync([key]);
            }
        }
        catch (Exception failure) when (failure is BlobStoreException or CozyException or IOException)
        {
            LogPendingFailed(failure, InstanceId);
        }
    }

    private async Task<bool> RefersToAsync(BlobKey key)
    {
        try
        {
            return await _documents.ReadAsync(key.FileId) is { Deleted: false } document
                && FileDocument.ToNode(document.Id, document.Members)?.VersionId == key.VersionId;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return false;
        }
    }

    private async Task DiscardAsync(BlobKey key)
    {
        try
        {
            await _blobs.DeleteAsync([key]);
        }
        catch (Exception failure) when (failure is BlobStoreException or IOException)
        {
            LogPendingFailed(failure, InstanceId);
        }
    }
}
