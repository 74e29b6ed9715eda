using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;

namespace Cozy.Grains.Files;

/// <summary>Making folders.</summary>
internal sealed partial class FileTreeGrain
{
    public async Task InitializeAsync(string locale, string? address)
    {
        // Another instance may have had this id before.
        _tree.Reset();
        var now = _time.GetUtcNow();
        await EditAsync(_documents,
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
        await Task.WhenAll(FileIndexes.Bodies.Select(_documents.CreateIndexAsync));

        var french = locale.StartsWith("fr", StringComparison.OrdinalIgnoreCase);
        await EnsureAsync(french ? "Administratif" : "Administrative", address, new FileReference("io.cozy.apps", "io.cozy.apps/administrative"));
        await EnsureAsync("Photos", address, null);
    }

    public async Task<FileEntry> CreateDirectoryAsync(NewDirectory request)
    {
        using var share = await _lock.ShareAsync();
        return await CreateAsync(_ids.Next(), request);
    }

    public async Task<FileEntry> CreateDirectoryAtPathAsync(string path, bool recursive, NewDirectory request)
    {
        var names = FileRules.Split(path);
        if ((await _tree.GetAsync()).FindByPath(path) is { } known)
            return recursive && known.IsDirectory ? await RequireEntryAsync(known.Id) : throw FileRules.NameTaken();
        if (recursive)
        {
            // Several clients may make the folders of one path at once.
            using var alone = await _lock.AloneAsync();
            return await RequireEntryAsync((await EnsurePathAsync(names, request)).Id);
        }

        using var share = await _lock.ShareAsync();
        var parent = (await _tree.GetAsync()).FindByPath(string.Join('/', names[..^1])) as FolderNode ?? throw FileRules.NotFound();
        return await CreateAsync(_ids.Next(), request with { Name = names[^1], ParentId = parent.Id });
    }

    public async Task<FileEntry> EnsureSharedDrivesAsync(string name, FileAuthor author)
    {
        using var alone = await _lock.AloneAsync();
        var tree = await CurrentTreeAsync();
        if (tree.Find(WellKnownFiles.SharedDrivesId) is { } known)
            return await RequireEntryAsync(known.Id);

        var root = RequireParent(tree, WellKnownFiles.RootId);
        var free = _reservations.IsTaken(root, name)
            ? ConflictNames.Numbered(name, isFile: false, other => _reservations.IsTaken(root, other)) ?? name
            : name;
        return await CreateAsync(WellKnownFiles.SharedDrivesId, new NewDirectory { Name = free, Author = author });
    }

    /// <summary>The folder something is to be put into.</summary>
    private static FolderNode RequireParent(FileTree tree, string id) =>
        tree.FindFolder(id) is not { } parent ? throw FileRules.NoParent()
        : FileTree.IsInTrash(parent) ? throw FileRules.ParentInTrash()
        : parent;

    private async Task<FileEntry> RequireEntryAsync(string id) => await FindByIdAsync(id) ?? throw FileRules.NotFound();

    private async Task EnsureAsync(string name, string? address, FileReference? reference)
    {
        using var share = await _lock.ShareAsync();
        var root = RequireParent(await _tree.GetAsync(), WellKnownFiles.RootId);
        if (root.Child(name) is null)
            await CreateAsync(_ids.Next(), new NewDirectory { Name = name, Author = FileAuthor.Server with { InstanceUrl = address } }, reference);
    }

    /// <summary>The folder at a path, made with those above it where they are missing.</summary>
    private async Task<FolderNode> EnsurePathAsync(string[] names, NewDirectory request)
    {
        var at = WellKnownFiles.RootId;
        foreach (var name in names)
        {
            var parent = RequireParent(await CurrentTreeAsync(), at);
            at = parent.Child(name) switch
            {
                null => (await CreateAsync(_ids.Next(), request with { Name = name, ParentId = at })).Id,
                FolderNode folder => folder.Id,
                _ => throw FileRules.NameTaken(),
            };
        }

        return RequireParent(await CurrentTreeAsync(), at);
    }

    private async Task<FileEntry> CreateAsync(string id, NewDirectory request, FileReference? reference = null)
    {
        FileRules.CheckName(request.Name);
        var tree = await CurrentTreeAsync();
        CheckCount(tree);
        if (tree.FindFolder(request.ParentId) is null)
            throw FileRules.NotFound();
        var parent = RequireParent(tree, request.ParentId);
        FileRules.CheckDepth(parent);
        using var name = _reservations.TakeName(parent, request.Name);
        var members = FileDocument.ForDirectory(
            FileTree.PathOf(parent, request.Name), request, _time.GetUtcNow(), reference);
        return await AddAsync(tree, parent, new FolderNode(new FileKey(id), request.Name), members, reference);
    }

    /// <summary>Writes the document of a new file or folder, whose name is reserved, and adds it to the tree.</summary>
    private async Task<FileEntry> AddAsync(
        FileTree tree, FolderNode parent, FileNode node, ReadOnlyMemory<byte> members, FileReference? reference = null)
    {
        var outcome = (await EditAsync(_documents, [new Edit(node.Id, null, false, members)]))[0];
        if (outcome.Error is not null)
        {
            // Ids are made for one write alone: who has this one is an earlier attempt at the same write.
            _tree.Reset();
            return await FindByIdAsync(node.Id) ?? throw CozyException.Conflict(outcome.Reason!);
        }

        tree.Add(node, parent);
        if (reference is not null)
            tree.ReferencedBy.Set(node, [reference], FileReferences.DateOf(members));
        KeepCurrent(tree);
        return Entry(tree, node, new Document(node.Id, outcome.Revision!, false, members));
    }

    private void CheckCount(FileTree tree)
    {
        if (tree.Count >= _options.MaxEntries)
            throw FileRules.TooMany();
    }
}
