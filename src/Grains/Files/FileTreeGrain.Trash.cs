using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;

namespace Cozy.Grains.Files;

/// <summary>Into the trash and out of it.</summary>
internal sealed partial class FileTreeGrain
{
    public Task<FileEntry> TrashAsync(FileTarget target) => RetryStaleAsync(() => TrashOnceAsync(target));

    public Task<FileEntry> RestoreAsync(FileTarget target) => RetryStaleAsync(() => RestoreOnceAsync(target));

    private async Task<FileEntry> TrashOnceAsync(FileTarget target)
    {
        if (target.Id == WellKnownFiles.RootId)
            throw FileRules.Fixed();

        var isFolder = (await _tree.GetAsync()).Find(target.Id) is { IsDirectory: true };
        using var entered = isFolder ? await _lock.AloneAsync() : await _lock.ShareAsync();
        using var own = await _documentLocks.EnterAsync(target.Id);
        var document = await RequireDocumentAsync(target.Id);
        FileRules.CheckRevision(document.Revision, target.Revision);
        var tree = await CurrentTreeAsync();
        var node = tree.Find(target.Id) ?? throw FileRules.NotFound();
        if (FileTree.IsInTrash(node))
            throw FileRules.InTrash();
        var trash = tree.FindFolder(WellKnownFiles.TrashId) ?? throw FileRules.NoParent();
        FileRules.CheckDepth(trash, FileTree.HeightOf(node));

        var now = _time.GetUtcNow();
        var name = ConflictNames.Random(node.Name, other => _reservations.IsTaken(trash, other));
        using var reserved = _reservations.TakeName(trash, name);
        var changes = new MemberChanges()
            .Set("name", name)
            .Set("dir_id", trash.Id)
            .Set("restore_path", node.Parent is null ? "/" : FileTree.PathOf(node.Parent))
            .SetJson(
                CozyMetadata.Member, CozyMetadata.Update(document.Members, target.Author, now).Trash(target.Author, now).ToJson());
        return node is FolderNode folder
            ? await MoveFolderAsync(tree, folder, document, changes, trash, name, trashed: true)
            : await MoveFileAsync(tree, node, document, changes.Set("trashed", true), trash, name);
    }

    private async Task<FileEntry> RestoreOnceAsync(FileTarget target)
    {
        using var alone = await _lock.AloneAsync();
        var document = await RequireDocumentAsync(target.Id);
        FileRules.CheckRevision(document.Revision, target.Revision);
        var place = await RestorePlaceAsync(await CurrentTreeAsync(), target.Id, document);
        var tree = await CurrentTreeAsync();
        var node = tree.Find(target.Id) ?? throw FileRules.NotFound();
        var parent = RequireParent(tree, place);
        FileRules.CheckDepth(parent, FileTree.HeightOf(node));

        var name = ConflictNames.Random(ConflictNames.Strip(node.Name), other => _reservations.IsTaken(parent, other));
        using var reserved = _reservations.TakeName(parent, name);
        var changes = new MemberChanges()
            .Set("name", name)
            .Set("dir_id", parent.Id)
            .Remove("restore_path")
            .SetJson(CozyMetadata.Member, CozyMetadata.Update(document.Members, target.Author, _time.GetUtcNow()).ToJson());
        return node is FolderNode folder
            ? await MoveFolderAsync(tree, folder, document, changes, parent, name, trashed: false)
            : await MoveFileAsync(tree, node, document, changes.Set("trashed", false), parent, name);
    }

    /// <summary>The id of the folder to restore to, made again when it is gone; the root when a file is in its place.</summary>
    private async Task<string> RestorePlaceAsync(FileTree tree, string id, Document document)
    {
        var node = tree.Find(id) ?? throw FileRules.NotFound();
        if (!FileTree.IsInTrash(node) || FileTree.IsTrash(node))
            throw FileRules.NotInTrash();

        var names = (await RestorePathAsync(node, document)).Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (names is [WellKnownFiles.TrashName, ..])
            return WellKnownFiles.RootId;
        try
        {
            return (await EnsurePathAsync(names, new NewDirectory())).Id;
        }
        catch (CozyException failure) when (failure.Kind is ErrorKind.Conflict or ErrorKind.Invalid)
        {
            return WellKnownFiles.RootId;
        }
    }

    /// <summary>Where it was: its own document says so, or that of the folder it was trashed with.</summary>
    private async Task<string> RestorePathAsync(FileNode node, Document document)
    {
        if (FileDocument.Text(document.Members, "restore_path") is { Length: > 0 } own)
            return own;

        var folders = FileTree.Ancestors(node).TakeWhile(folder => !FileTree.IsTrash(folder)).ToList();
        if (folders.Count == 0 || await _documents.ReadAsync(folders[^1].Id) is not { Deleted: false } top
            || FileDocument.Text(top.Members, "restore_path") is not { Length: > 0 } path)
        {
            return "/";
        }

        return string.Join('/', folders.Select(folder => folder.Name).Append(path).Reverse());
    }
}
