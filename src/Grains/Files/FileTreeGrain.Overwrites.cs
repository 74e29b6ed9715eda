using System.Globalization;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;

namespace Cozy.Grains.Files;

/// <summary>New contents of files, and what becomes of the former ones.</summary>
internal sealed partial class FileTreeGrain
{
    public async Task<UploadGrant> PrepareOverwriteAsync(NewContent request)
    {
        var document = await RequireDocumentAsync(request.FileId);
        var quota = await QuotaAsync();
        var tree = await _tree.GetAsync();
        var node = RequireFile(tree, request.FileId);
        FileRules.CheckRevision(document.Revision, request.Revision);
        CheckQuota(tree, request.Size, quota);
        return UploadGrant.For(request.FileId, request.MimeType, node.Name);
    }

    public Task<FileEntry> CommitOverwriteAsync(UploadGrant grant, NewContent request, UploadedContent content) =>
        CommitOnceAsync(grant, () => RetryStaleAsync(() => OverwriteAsync(grant, request, content)));

    /// <summary>A file whose content may be changed.</summary>
    private static FileNode RequireFile(FileTree tree, string id) =>
        tree.Find(id) is not { IsDirectory: false } node ? throw FileRules.NotFound()
        : FileTree.IsInTrash(node) ? throw FileRules.ParentInTrash()
        : node;

    private async Task<FileEntry> OverwriteAsync(UploadGrant grant, NewContent request, UploadedContent content)
    {
        var quota = await QuotaAsync();
        using var share = await _lock.ShareAsync();
        using var own = await _documentLocks.EnterAsync(request.FileId);
        if (await RepeatedAsync(grant) is { } repeated)
            return repeated;

        var document = await RequireDocumentAsync(request.FileId);
        FileRules.CheckRevision(document.Revision, request.Revision);
        var versions = await ReadVersionFactsAsync(request.FileId);
        var tree = await CurrentTreeAsync();
        var node = RequireFile(tree, request.FileId);
        using var reserved = _reservations.TakeBytes(tree, content.Length, quota);

        var now = _time.GetUtcNow();
        var candidate = VersionDocument.Facts(FileDocument.VersionId(document.Members), document.Members) with { CreatedAt = now };

        // An attempt that was interrupted may have made it a version already.
        var isDouble = versions.RemoveAll(version => version.VersionId == candidate.VersionId) > 0;
        var (keep, drop) = VersionPolicy.Decide(candidate, versions, _options);
        keep &= candidate.VersionId.Length > 0 && !IsContent(document.Members, content);
        var members = Overwritten(document.Members, node.Name, grant, request, content, now);
        var written = await ReplaceContentAsync(tree, node, document, members, content.Length, keep, now);
        if (!keep)
            drop = [.. drop, candidate with { Size = -1 }];
        UpdateDate(tree, node, written);
        await DropVersionsAsync(tree, node, drop, isDouble && !keep ? candidate.VersionId : null);
        return Entry(tree, node, written);
    }

    /// <summary>Whether a file has this content already: what has not changed needs no version.</summary>
    private static bool IsContent(ReadOnlyMemory<byte> members, UploadedContent content) =>
        FileDocument.Size(members) == content.Length
        && FileDocument.Text(members, "md5sum") == Convert.ToBase64String(content.Md5.Span);

    private static ReadOnlyMemory<byte> Overwritten(
        ReadOnlyMemory<byte> members, string name, UploadGrant grant, NewContent request, UploadedContent content, DateTimeOffset now)
    {
        var type = MediaTypes.Resolve(request.MimeType, name, content.SniffedType);
        var takenAt = FileMetadata.TakenAt(content.Extracted);
        var changes = new MemberChanges()
            .Set("updated_at", Later(request.UpdatedAt ?? now, takenAt))
            .Set("size", content.Length.ToString(CultureInfo.InvariantCulture))
            .Set("md5sum", Convert.ToBase64String(content.Md5.Span))
            .Set("mime", type)
            .Set("class", MediaTypes.ClassOf(type))
            .Set("internal_vfs_id", grant.VersionId)
            .SetJson(CozyMetadata.Member, CozyMetadata.Update(members, request.Author, now).Upload(request.Author, now).ToJson());
        if (takenAt is { } createdAt)
            changes.Set("created_at", createdAt);
        if (request.Executable is { } executable)
            changes.Set("executable", executable);
        if (request.Encrypted is { } encrypted)
            changes.Set("encrypted", encrypted);
        if (request.Tags is { } tags)
            changes.Set("tags", FileDocument.CleanTags(tags));
        if (FileMetadata.Merge(request.Metadata, content.Extracted) is { } metadata)
            changes.SetJson("metadata", metadata.Span);
        else
            changes.Remove("metadata");
        return changes.ApplyTo(members);
    }

    private static DateTimeOffset Later(DateTimeOffset time, DateTimeOffset? other) => other > time ? other.Value : time;

    /// <summary>
    /// Makes the current content a version if it is kept, then gives the file its new one: whenever this stops, each
    /// content is in one place at least.
    /// </summary>
    private async Task<Document> ReplaceContentAsync(
        FileTree tree, FileNode node, Document document, ReadOnlyMemory<byte> members, long length, bool keep, DateTimeOffset now)
    {
        var versionId = VersionDocument.IdOf(document.Id, FileDocument.VersionId(document.Members));
        if (keep)
        {
            // It may be there from an attempt that was interrupted.
            await EditAsync(
                _versions, [new Edit(versionId, null, false, VersionDocument.Of(document.Id, document.Members, now))]);
        }

        Document written;
        try
        {
            written = await ReplaceAsync(tree, document, members);
        }
        catch (StaleDocumentException) when (keep)
        {
            await RemoveVersionDocumentsAsync([versionId]);
            throw;
        }

        if (keep)
            tree.Versions.Add(node, node.Size);
        tree.Resize(node, length);
        return written;
    }

    /// <summary>
    /// Removes versions the policy drops; a size below zero says that the content never became one, but for a document that an
    /// interrupted attempt left of <paramref name="uncounted"/>. A failure leaves them for the next time.
    /// </summary>
    private async Task DropVersionsAsync(FileTree tree, FileNode node, IReadOnlyList<VersionFacts> versions, string? uncounted)
    {
        try
        {
            await RemoveVersionDocumentsAsync(
            [
                .. versions.Where(version => version.Size >= 0 || version.VersionId == uncounted)
                    .Select(version => VersionDocument.IdOf(node.Id, version.VersionId)),
            ]);
            foreach (var version in versions.Where(version => version.Size >= 0))
                tree.Versions.Remove(node, version.Size);
            _ = DiscardAsync(
            [
                .. versions.Where(version => version.VersionId.Length > 0)
                    .Select(version => new BlobKey(InstanceId, node.Id, version.VersionId)),
            ]);
        }
        catch (Exception failure) when (failure is Errors.CozyException)
        {
            LogVersionsFailed(failure, InstanceId);
        }
    }
}
