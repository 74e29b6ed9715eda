using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Cozy.Grains.Files;

/// <summary>
/// Decides in memory, at once, whether a name is free; then writes the document while other calls go on. Whatever
/// becomes of a write, the name stays reserved until its outcome is known.
/// </summary>
[GrainType("filetree"), PreferLocalPlacement]
internal sealed partial class FileTreeGrain : Grain, IFileTreeGrain
{
    private readonly IBlobStore _blobs;
    private readonly TimeProvider _time;
    private readonly ILogger<FileTreeGrain> _logger;
    private readonly FileTreeLoader _loader;
    private readonly LoadOnce<FileTree> _tree;
    private readonly IDoctypeGrain _documents;
    private readonly Reservations _reservations = new();

    public FileTreeGrain(
        IDocumentStore documents, IBlobStore blobs, TimeProvider time, ILogger<FileTreeGrain> logger)
    {
        _blobs = blobs;
        _time = time;
        _logger = logger;
        _loader = new FileTreeLoader(documents, InstanceId);
        _tree = new(LoadAsync);
        _documents = GrainFactory.GetGrain<IDoctypeGrain>(DoctypeKey.Of(InstanceId, WellKnownFiles.Doctype));
    }

    private string InstanceId => this.GetPrimaryKeyString();

    public async ValueTask<FileEntry?> FindByIdAsync(string id)
    {
        var tree = await _tree.GetAsync();
        return tree.Find(id) is { } node ? await ReadAsync(tree, node) : null;
    }

    public async ValueTask<FileEntry?> FindByPathAsync(string path)
    {
        if (!path.StartsWith('/'))
            throw CozyException.BadRequest("Path should be absolute");
        var tree = await _tree.GetAsync();
        return tree.FindByPath(path) is { } node ? await ReadAsync(tree, node) : null;
    }

    public async Task<FilePage> ListChildrenAsync(string directoryId, int skip, int limit)
    {
        var tree = await _tree.GetAsync();
        var directory = tree.Find(directoryId) ?? throw FileRules.NotFound();
        if (!directory.IsDirectory)
            throw CozyException.BadRequest("It is a file and not a directory");

        var children = directory.SortedChildren;
        if (directoryId == WellKnownFiles.RootId)
            children = [.. children.Where(child => child.Id != WellKnownFiles.TrashId)];

        var entries = new List<FileEntry>();
        foreach (var child in children.Skip(skip).Take(limit))
        {
            if (await ReadAsync(tree, child) is { } entry)
                entries.Add(entry);
        }

        return new FilePage(children.Count, entries);
    }

    public async ValueTask<DiskUsage> GetDiskUsageAsync() =>
        new((await _tree.GetAsync()).UsedBytes, await QuotaAsync());

    public Task ForgetAsync()
    {
        _tree.Reset();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task<FileTree> LoadAsync()
    {
        var tree = await _loader.LoadAsync();
        _ = SettlePendingAsync();
        return tree;
    }

    private async ValueTask<FileEntry?> ReadAsync(FileTree tree, FileNode node) =>
        await _documents.ReadAsync(node.Id) is { Deleted: false } document
            ? FileDocument.ToEntry(node, tree.PathOf(node), document)
            : null;

    /// <summary>The tree in memory; until the next await it is the one that other calls see and change.</summary>
    private async ValueTask<FileTree> CurrentTreeAsync()
    {
        while (true)
        {
            var tree = await _tree.GetAsync();
            if (_tree.IsCurrent(tree))
                return tree;
        }
    }

    /// <summary>Writes a new document, whose name the caller has reserved, and adds it to the tree.</summary>
    private async Task<FileEntry> WriteNewAsync(FileTree tree, string id, ReadOnlyMemory<byte> members)
    {
        EditOutcome outcome;
        try
        {
            outcome = (await _documents.EditAsync([new Edit(id, null, false, members)]))[0];
        }
        catch
        {
            // It may have been written: only the store knows.
            _tree.Reset();
            throw;
        }

        if (outcome.Error is not null)
        {
            // Ids are made for one write alone: who has this one is an earlier attempt at the same write.
            _tree.Reset();
            return await FindByIdAsync(id) ?? throw CozyException.Conflict(outcome.Reason!);
        }

        var node = FileDocument.ToNode(id, members)!;
        if (!_tree.IsCurrent(tree))
        {
            // The tree was read again meanwhile, perhaps just before this document was there.
            _tree.Reset();
        }

        tree.Add(node);
        return new FileEntry(id, outcome.Revision!, node.IsDirectory, tree.PathOf(node), members);
    }

    [LoggerMessage(1001, LogLevel.Warning, "Uploads left open by a crash could not be settled for {InstanceId}")]
    private partial void LogPendingFailed(Exception failure, string instanceId);
}
