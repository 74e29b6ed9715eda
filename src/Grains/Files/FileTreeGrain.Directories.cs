using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;

namespace Cozy.Grains.Files;

/// <summary>Folders.</summary>
internal sealed partial class FileTreeGrain
{
    public async Task InitializeAsync(string locale)
    {
        // Another instance may have had this id before.
        _tree.Reset();
        var now = _time.GetUtcNow();
        await _documents.EditAsync(
        [
            new Edit(WellKnownFiles.RootId, null, false, FileDocument.ForFixedDirectory("", "", "/", now)),
            new Edit(
                WellKnownFiles.TrashId,
                null,
                false,
                FileDocument.ForFixedDirectory(
                    WellKnownFiles.RootId, WellKnownFiles.TrashName, "/" + WellKnownFiles.TrashName, now)),
        ]);
        _tree.Reset();

        var french = locale.StartsWith("fr", StringComparison.OrdinalIgnoreCase);
        await EnsureAsync(french ? "Administratif" : "Administrative", "io.cozy.apps/administrative");
        await EnsureAsync("Photos", "io.cozy.apps/photos");
    }

    public Task<FileEntry> CreateDirectoryAsync(NewDirectory request) => CreateAsync(request);

    public async Task<FileEntry> CreateDirectoryAtPathAsync(string path, bool recursive, NewDirectory request)
    {
        var names = FileRules.Split(path);
        var parentId = WellKnownFiles.RootId;
        FileEntry? made = null;
        for (var i = 0; i < names.Length; i++)
        {
            var isLast = i == names.Length - 1;
            var parent = RequireParent(await _tree.GetAsync(), parentId);
            if (parent.Children!.TryGetValue(names[i], out var existing))
            {
                if (!existing.IsDirectory || (isLast && !recursive))
                    throw FileRules.NameTaken();
                parentId = existing.Id;
                made = null;
            }
            else if (isLast || recursive)
            {
                made = await CreateAsync(request with { Name = names[i], ParentId = parentId });
                parentId = made.Id;
            }
            else
            {
                throw FileRules.NotFound();
            }
        }

        if (names.Length == 0 && !recursive)
            throw FileRules.NameTaken();
        return made ?? await FindByIdAsync(parentId) ?? throw FileRules.NotFound();
    }

    /// <summary>The folder something is to be put into.</summary>
    private static FileNode RequireParent(FileTree tree, string id) =>
        tree.Find(id) is not { IsDirectory: true } parent ? throw FileRules.NoParent()
        : tree.IsInTrash(parent) ? throw FileRules.ParentInTrash()
        : parent;

    private async Task EnsureAsync(string name, string reference)
    {
        var root = RequireParent(await _tree.GetAsync(), WellKnownFiles.RootId);
        if (!root.Children!.ContainsKey(name))
            await CreateAsync(new NewDirectory { Name = name }, reference);
    }

    private async Task<FileEntry> CreateAsync(NewDirectory request, string? reference = null)
    {
        FileRules.CheckName(request.Name);
        var tree = await CurrentTreeAsync();
        var parent = RequireParent(tree, request.ParentId);
        if (tree.DepthOf(parent) >= FileRules.MaximumDepth)
            throw CozyException.Invalid("path", "The path has too many levels");
        if (!_reservations.TryTakeName(parent, request.Name))
            throw FileRules.NameTaken();

        try
        {
            var parentPath = tree.PathOf(parent);
            var path = (parentPath == "/" ? "" : parentPath) + "/" + request.Name;
            var members = FileDocument.ForDirectory(path, request, _time.GetUtcNow(), reference);
            return await WriteNewAsync(tree, NewId(), members);
        }
        finally
        {
            _reservations.ReleaseName(parent, request.Name);
        }
    }

    /// <summary>Ids sort by the time they are made, which keeps the store's index dense.</summary>
    private string NewId() => Guid.CreateVersion7(_time.GetUtcNow()).ToString("N");
}
