using Cozy.Grains.Dav;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Storage.Blobs;

namespace Cozy.Grains.Files;

/// <summary>Destroying for good: documents first, then contents.</summary>
internal sealed partial class FileTreeGrain
{
    public async Task DestroyAsync(FileTarget target)
    {
        if (target.Id is WellKnownFiles.RootId or WellKnownFiles.TrashId)
            throw FileRules.Fixed();

        var isFolder = (await _tree.GetAsync()).Find(target.Id) is { IsDirectory: true };
        using var entered = isFolder ? await _lock.AloneAsync() : await _lock.ShareAsync();
        using var own = await _documentLocks.EnterAsync(target.Id);
        var document = await RequireDocumentAsync(target.Id);
        FileRules.CheckRevision(document.Revision, target.Revision);
        var tree = await CurrentTreeAsync();
        var node = tree.Find(target.Id) ?? throw FileRules.NotFound();
        if (node is FolderNode { Count: > 0 } folder)
            await DestroyJournaledAsync(tree, folder, JournalOperation.Destroy);
        else
            await DestroyChunksAsync(tree, [node]);
        _ = WatchUsageAsync();
    }

    public async Task<int> EmptyTrashAsync(TimeSpan? age)
    {
        using var alone = await _lock.AloneAsync();
        var tree = await CurrentTreeAsync();
        if (tree.FindFolder(WellKnownFiles.TrashId) is not { Count: > 0 } trash)
            return 0;
        if (age is { } wanted)
            return await DestroyOldAsync(tree, trash, _time.GetUtcNow() - wanted);

        var count = trash.Count;
        await DestroyJournaledAsync(tree, trash, JournalOperation.Empty);
        _ = WatchUsageAsync();
        return count;
    }

    private async Task CleanTrashAsync(CancellationToken cancellationToken) => await EmptyTrashAsync(_options.TrashAge);

    private async Task<int> DestroyOldAsync(FileTree tree, FolderNode trash, DateTimeOffset before)
    {
        var count = 0;
        foreach (var chunk in trash.Children.ToList().Chunk(MaximumPage))
        {
            foreach (var (node, document) in await ReadDocumentsAsync(chunk))
            {
                if (TrashedAt(document.Members) > before)
                    continue;
                if (node is FolderNode { Count: > 0 } folder)
                    await DestroyJournaledAsync(tree, folder, JournalOperation.Destroy);
                else
                    await DestroyChunksAsync(tree, [node]);
                count++;
            }
        }

        if (count > 0)
            _ = WatchUsageAsync();
        return count;
    }

    private static DateTimeOffset TrashedAt(ReadOnlyMemory<byte> members)
    {
        var trashedAt = MemberChanges.Find(members, CozyMetadata.Member) is { Length: > 2 } metadata
            ? FileDocument.Time(metadata[1..^1], "trashedAt")
            : null;
        return trashedAt ?? FileDocument.Time(members, "updated_at") ?? DateTimeOffset.MinValue;
    }

    private Task<bool> DestroyJournaledAsync(FileTree tree, FolderNode folder, JournalOperation operation) =>
        JournaledAsync(new JournalEntry(operation, folder.Id), async () =>
        {
            await DestroyNodesAsync(tree, folder, withRoot: operation == JournalOperation.Destroy);
            return true;
        });

    /// <summary>What is deepest goes first, so that the rest hangs together whenever this stops.</summary>
    private async Task DestroyNodesAsync(FileTree tree, FolderNode folder, bool withRoot)
    {
        var nodes = FileTree.Below(folder).Reverse().ToList();
        if (withRoot)
            nodes.Add(folder);
        await DestroyChunksAsync(tree, nodes);
    }

    private async Task DestroyChunksAsync(FileTree tree, IReadOnlyList<FileNode> nodes)
    {
        foreach (var chunk in nodes.Chunk(MaximumPage))
        {
            IReadOnlyList<FileNode> left = chunk;
            for (var attempt = 1; left.Count > 0; attempt++)
            {
                if (attempt > RewriteAttempts)
                {
                    _tree.Reset();
                    throw new CozyException(ErrorKind.Unavailable, "unavailable", "Documents are being changed by somebody else.");
                }

                left = await DestroyChunkAsync(tree, left);
            }
        }
    }

    /// <returns>Those whose documents were changed by somebody else meanwhile.</returns>
    private async Task<IReadOnlyList<FileNode>> DestroyChunkAsync(FileTree tree, IReadOnlyList<FileNode> nodes)
    {
        var documents = await ReadDocumentsAsync(nodes);
        var order = documents.Keys.ToList();
        var outcomes = await EditAsync(_documents, order.ConvertAll(
            node => new Edit(node.Id, documents[node].Revision, true, ReadOnlyMemory<byte>.Empty)));
        var failed = order.Where((_, i) => outcomes[i].Error is not null).ToHashSet();

        var contents = new List<BlobKey>();
        var versions = new List<string>();
        foreach (var node in nodes.Where(node => !failed.Contains(node)))
        {
            if (!node.IsDirectory && documents.TryGetValue(node, out var document)
                && FileDocument.VersionId(document.Members) is { Length: > 0 } content)
            {
                contents.Add(new BlobKey(InstanceId, node.Id, content));
            }

            if (tree.Versions.CountOf(node) > 0)
                versions.AddRange((await ReadVersionsAsync(node.Id)).Select(version => version.Id));
            tree.Remove(node);
        }

        KeepCurrent(tree);
        await DestroyVersionsAsync(versions);
        _ = DiscardAsync(contents);
        _ = DiscardThumbnailsAsync([.. contents.Select(content => content.FileId)]);
        _ = ForgetPropertiesAsync([.. nodes.Where(node => !failed.Contains(node)).Select(node => node.Id)]);
        return [.. failed];
    }

    private async Task DiscardThumbnailsAsync(IReadOnlyCollection<string> fileIds)
    {
        try
        {
            await _blobs.Thumbnails.DeleteAsync(InstanceId, fileIds);
        }
        catch (Exception failure) when (failure is BlobStoreException or IOException)
        {
            LogDiscardFailed(failure, InstanceId);
        }
    }

    private async Task ForgetPropertiesAsync(IReadOnlyList<string> ids)
    {
        try
        {
            await GrainFactory.GetGrain<IDavPropertiesGrain>(InstanceId).ForgetAsync(ids);
        }
        catch (Exception failure) when (failure is CozyException or TimeoutException or OrleansException)
        {
            LogDiscardFailed(failure, InstanceId);
        }
    }
}
