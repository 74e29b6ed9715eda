using Cozy.Grains.Doctypes;

namespace Cozy.Grains.Files;

/// <summary>Changes of names, places and other members.</summary>
internal sealed partial class FileTreeGrain
{
    public async Task<FileEntry> PatchAsync(FilePatch patch)
    {
        if (patch.Name is not null)
            FileRules.CheckName(patch.Name);
        if (patch.Id is WellKnownFiles.RootId or WellKnownFiles.TrashId)
            throw FileRules.Fixed();
        if (patch.ParentId == WellKnownFiles.TrashId
            && (await _tree.GetAsync()).Find(patch.Id) is { } node && !FileTree.IsInTrash(node))
        {
            return await TrashAsync(new FileTarget(patch.Id, patch.Revision, patch.Author));
        }

        return await RetryStaleAsync(() => PatchOnceAsync(patch));
    }

    private static void CheckMove(FileNode node, FolderNode parent)
    {
        if (ReferenceEquals(node.Parent, parent))
            return;
        if (FileTree.IsInTrash(node))
            throw FileRules.InTrash();
        if (FileTree.IsInTrash(parent) || FileTree.IsAtOrBelow(parent, node))
            throw FileRules.ForbiddenMove();
        FileRules.CheckDepth(parent, FileTree.HeightOf(node));
    }

    private async Task<FileEntry> PatchOnceAsync(FilePatch patch)
    {
        var moves = (patch.Name ?? patch.ParentId) is not null
            && (await _tree.GetAsync()).Find(patch.Id) is { IsDirectory: true };
        using var entered = moves ? await _lock.AloneAsync() : await _lock.ShareAsync();
        using var own = await _documentLocks.EnterAsync(patch.Id);
        var document = await RequireDocumentAsync(patch.Id);
        FileRules.CheckRevision(document.Revision, patch.Revision);
        var tree = await CurrentTreeAsync();
        var node = tree.Find(patch.Id) ?? throw FileRules.NotFound();
        var parent = patch.ParentId is null
            ? node.Parent ?? throw FileRules.NoParent()
            : tree.FindFolder(patch.ParentId) ?? throw (node.IsDirectory ? FileRules.NotFound() : FileRules.NoParent());
        var name = patch.Name ?? node.Name;
        CheckMove(node, parent);
        var changes = Changes(patch, node, document.Members, parent, name);
        if (ReferenceEquals(parent, node.Parent) && name == node.Name)
            return await UpdateAsync(tree, node, document, changes);

        using var reserved = _reservations.TakeName(parent, name, node);
        return node is FolderNode folder
            ? await MoveFolderAsync(tree, folder, document, changes, parent, name)
            : await MoveFileAsync(tree, node, document, changes, parent, name);
    }

    private async Task<FileEntry> UpdateAsync(FileTree tree, FileNode node, Document document, MemberChanges changes)
    {
        var written = await ReplaceAsync(tree, document, changes.ApplyTo(document.Members));
        UpdateDate(tree, node, written);
        return Entry(tree, node, written);
    }

    private async Task<FileEntry> MoveFileAsync(
        FileTree tree, FileNode node, Document document, MemberChanges changes, FolderNode parent, string name)
    {
        var written = await ReplaceAsync(tree, document, changes.ApplyTo(document.Members));
        FileTree.Move(node, parent, name);
        UpdateDate(tree, node, written);
        return Entry(tree, node, written);
    }

    /// <summary>A patch of the metadata may change the date that lists of references are sorted by.</summary>
    private static void UpdateDate(FileTree tree, FileNode node, Document document)
    {
        if (MemberChanges.Find(document.Members, "referenced_by") is { Length: > 2 } references)
            tree.ReferencedBy.Set(node, FileReferences.Read(references.Span), FileReferences.DateOf(document.Members));
    }

    private MemberChanges Changes(
        FilePatch patch, FileNode node, ReadOnlyMemory<byte> members, FolderNode parent, string name)
    {
        if (patch.UpdatedAt is { } updatedAt && updatedAt < FileDocument.Time(members, "created_at"))
            throw FileRules.IllegalTime();

        var metadata = CozyMetadata.Update(members, patch.Author, _time.GetUtcNow());
        if (patch.Favorite is { } favorite)
            metadata.Favorite(favorite);
        var changes = new MemberChanges()
            .Set("name", name)
            .Set("dir_id", parent.Id)
            .SetJson(CozyMetadata.Member, metadata.ToJson());
        if (patch.UpdatedAt is { } time)
            changes.Set("updated_at", time);
        if (patch.Tags is { } tags)
            changes.Set("tags", FileDocument.CleanTags(tags));
        if (patch.Metadata is { } replaced)
            changes.SetJson("metadata", replaced.Span);
        if (!node.IsDirectory)
            ChangeFile(changes, patch, node, name);
        return changes;
    }

    private static void ChangeFile(MemberChanges changes, FilePatch patch, FileNode node, string name)
    {
        if (patch.Executable is { } executable)
            changes.Set("executable", executable);
        if (patch.Encrypted is { } encrypted)
            changes.Set("encrypted", encrypted);
        if (patch.DeriveType || !Path.GetExtension(name.AsSpan()).SequenceEqual(Path.GetExtension(node.Name.AsSpan())))
        {
            var type = MediaTypes.FromName(name);
            changes.Set("mime", type).Set("class", MediaTypes.ClassOf(type));
        }
    }
}
