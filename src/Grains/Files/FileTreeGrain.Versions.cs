using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Files;

/// <summary>Former contents of files.</summary>
internal sealed partial class FileTreeGrain
{
    public async Task<IReadOnlyList<FileVersion>> ListVersionsAsync(string fileId)
    {
        var tree = await _tree.GetAsync();
        return tree.Find(fileId) is { } node && tree.Versions.CountOf(node) > 0 ? await ReadVersionsAsync(fileId) : [];
    }

    public async Task<FileVersion?> FindVersionAsync(string fileId, string versionId) =>
        await TryReadAsync(_versions, VersionDocument.IdOf(fileId, versionId)) is { } document
            ? new(fileId, versionId, document.Revision, document.Members)
            : null;

    public Task<FileEntry> RevertAsync(string fileId, string versionId, FileAuthor author) => RetryStaleAsync(async () =>
    {
        using var share = await _lock.ShareAsync();
        using var own = await _documentLocks.EnterAsync(fileId);
        var document = await RequireDocumentAsync(fileId);
        var version = await FindVersionAsync(fileId, versionId) ?? throw FileRules.NoVersion();
        var tree = await CurrentTreeAsync();
        var node = RequireFile(tree, fileId);
        var current = FileDocument.VersionId(document.Members);
        if (current == versionId)
        {
            await RemoveVersionDocumentsAsync([version.Id]);
            return Entry(tree, node, document);
        }

        var now = _time.GetUtcNow();
        var changes = new MemberChanges()
            .Set("internal_vfs_id", versionId)
            .SetJson(CozyMetadata.Member, CozyMetadata.Update(document.Members, author, now).UploadFrom(version.Members).ToJson());
        foreach (var name in (string[])["updated_at", "size", "md5sum", "tags", "metadata"])
        {
            if (MemberChanges.Find(version.Members, name) is { } value && !value.Span.SequenceEqual("null"u8))
                changes.SetJson(name, value.Span);
            else
                changes.Remove(name);
        }

        var size = FileDocument.Size(version.Members);
        var written = await ReplaceContentAsync(
            tree, node, document, changes.ApplyTo(document.Members), size,
            keep: current.Length > 0, now);

        // The content is the file's again, so only the version's document goes.
        await RemoveVersionDocumentsAsync([version.Id]);
        tree.Versions.Remove(node, size);
        UpdateDate(tree, node, written);
        return Entry(tree, node, written);
    });

    public Task<FileVersion> TagVersionAsync(VersionTags request) => RetryStaleAsync(async () =>
    {
        using var share = await _lock.ShareAsync();
        using var own = await _documentLocks.EnterAsync(request.FileId);
        var id = VersionDocument.IdOf(request.FileId, request.VersionId);
        var document = await TryReadAsync(_versions, id) ?? throw FileRules.NoVersion();
        var changes = new MemberChanges().Set("tags", FileDocument.CleanTags(request.Tags));
        if (MemberChanges.Find(document.Members, CozyMetadata.Member) is { } metadata)
        {
            changes.SetJson(
                CozyMetadata.Member,
                [(byte)'{', .. new MemberChanges().Set("updatedAt", _time.GetUtcNow()).ApplyTo(metadata[1..^1]).Span, (byte)'}']);
        }

        var members = changes.ApplyTo(document.Members);
        var outcome = (await EditAsync(_versions, [new Edit(id, document.Revision, false, members)]))[0];
        return outcome.Error is null
            ? new FileVersion(request.FileId, request.VersionId, outcome.Revision!, members)
            : throw new StaleDocumentException();
    });

    public async Task DestroyVersionAsync(string fileId, string versionId)
    {
        using var share = await _lock.ShareAsync();
        using var own = await _documentLocks.EnterAsync(fileId);
        var version = await FindVersionAsync(fileId, versionId) ?? throw FileRules.NoVersion();
        var tree = await CurrentTreeAsync();
        var node = tree.Find(fileId) ?? throw FileRules.NotFound();
        var isCurrent = FileDocument.VersionId((await RequireDocumentAsync(fileId)).Members) == versionId;
        await RemoveVersionDocumentsAsync([version.Id]);

        // What an interrupted overwrite left is the current content as well.
        if (isCurrent)
            return;
        tree.Versions.Remove(node, FileDocument.Size(version.Members));
        _ = DiscardAsync([new BlobKey(InstanceId, fileId, versionId)]);
        _ = WatchUsageAsync();
    }

    public async Task DestroyAllVersionsAsync()
    {
        using var alone = await _lock.AloneAsync();
        var tree = await CurrentTreeAsync();
        foreach (var node in tree.Versions.Files.ToList())
        {
            var current = VersionDocument.IdOf(node.Id, FileDocument.VersionId((await RequireDocumentAsync(node.Id)).Members));
            await DestroyVersionsAsync([.. (await ReadVersionsAsync(node.Id)).Select(version => version.Id).Where(id => id != current)]);
            tree.Versions.Forget(node);
        }

        _ = WatchUsageAsync();
    }

    private async Task<List<VersionFacts>> ReadVersionFactsAsync(string fileId) =>
    [
        .. (await ListVersionsAsync(fileId)).Select(version => VersionDocument.Facts(version.VersionId, version.Members)),
    ];

    private async Task<List<FileVersion>> ReadVersionsAsync(string fileId)
    {
        try
        {
            var rows = (await _store.ListAsync(
                DatabaseName.ForDoctype(InstanceId, WellKnownFiles.VersionsDoctype),
                new ListQuery { StartKey = fileId + "/", EndKey = fileId + "0", InclusiveEnd = false, IncludeDocuments = true })).Rows;
            return
            [
                .. rows.Select(row => (row, facts: VersionDocument.Facts("", row.Document!.Members)))
                    .OrderBy(pair => pair.facts.CreatedAt)
                    .Select(pair => new FileVersion(
                        fileId, VersionDocument.Split(pair.row.Id).VersionId, pair.row.Revision!.Value.ToString(), pair.row.Document!.Members)),
            ];
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return [];
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    /// <summary>Destroys versions, documents and contents. None of them may be its file's current content.</summary>
    private async Task DestroyVersionsAsync(IReadOnlyList<string> ids)
    {
        await RemoveVersionDocumentsAsync(ids);
        await DiscardAsync(
        [
            .. ids.Select(VersionDocument.Split)
                .Where(version => version.VersionId.Length > 0)
                .Select(version => new BlobKey(InstanceId, version.FileId, version.VersionId)),
        ]);
    }

    private async Task RemoveVersionDocumentsAsync(IReadOnlyList<string> ids)
    {
        foreach (var chunk in ids.Chunk(MaximumPage))
        {
            var edits = new List<Edit>();
            foreach (var id in chunk)
            {
                if (await TryReadAsync(_versions, id) is { } document)
                    edits.Add(new Edit(id, document.Revision, true, ReadOnlyMemory<byte>.Empty));
            }

            if (edits.Count > 0)
                await EditAsync(_versions, edits);
        }
    }
}
