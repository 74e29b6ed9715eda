using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace Cozy.Grains.Files;

/// <summary>
/// Decides in memory, at once, whether a change may be; then writes the documents while other calls go on. Changes of
/// files and of single documents share the tree, those that move or destroy folders have it alone, and those of one
/// document follow each other. The tree in memory changes when the documents are durable; when the outcome of a write is
/// unknown, it is read again.
/// </summary>
[GrainType("filetree"), PreferLocalPlacement]
internal sealed partial class FileTreeGrain : Grain, IFileTreeGrain
{
    private static readonly TimeSpan TrashCleaningPeriod = TimeSpan.FromHours(1);

    /// <summary>An upload asks for the quota twice, and a client sends many: what was answered holds for a moment.</summary>
    private static readonly TimeSpan QuotaAge = TimeSpan.FromSeconds(1);

    private readonly IDocumentStore _store;
    private readonly IBlobStore _blobs;
    private readonly FileTreeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<FileTreeGrain> _logger;
    private readonly FileTreeLoader _loader;
    private readonly TreeJournal _journal;
    private readonly LoadOnce<FileTree> _tree;
    private readonly IDoctypeGrain _documents;
    private readonly IDoctypeGrain _versions;
    private readonly IInstanceGrain _instance;
    private readonly DatabaseName _database;
    private readonly Reservations _reservations = new();
    private readonly TurnLock _lock = new();
    private readonly KeyedTurnLock _documentLocks = new();
    private readonly FileIds _ids;
    private (long Bytes, long Since)? _quota;

    public FileTreeGrain(
        IDocumentStore documents, IBlobStore blobs, IOptions<FileTreeOptions> options, TimeProvider time,
        ILogger<FileTreeGrain> logger)
    {
        _store = documents;
        _blobs = blobs;
        _options = options.Value;
        _time = time;
        _ids = new FileIds(time);
        _logger = logger;
        _loader = new FileTreeLoader(documents, InstanceId);
        _journal = new TreeJournal(documents, InstanceId);
        _tree = new(LoadAsync);
        _documents = GrainFactory.GetGrain<IDoctypeGrain>(DoctypeKey.Of(InstanceId, WellKnownFiles.Doctype));
        _versions = GrainFactory.GetGrain<IDoctypeGrain>(DoctypeKey.Of(InstanceId, WellKnownFiles.VersionsDoctype));
        _instance = GrainFactory.GetGrain<IInstanceGrain>(InstanceId);
        _database = DatabaseName.ForDoctype(InstanceId, WellKnownFiles.Doctype);
    }

    private string InstanceId => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_options.TrashAge > TimeSpan.Zero)
        {
            this.RegisterGrainTimer(
                CleanTrashAsync, new GrainTimerCreationOptions(TimeSpan.FromSeconds(1), TrashCleaningPeriod) { Interleave = true });
        }

        return Task.CompletedTask;
    }

    public Task ForgetAsync()
    {
        _tree.Reset();
        _quota = null;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public ValueTask QuotaChangedAsync()
    {
        _quota = null;
        return ValueTask.CompletedTask;
    }

    /// <summary>Repeats a change whose document somebody else had changed since it was read.</summary>
    private static async Task<T> RetryStaleAsync<T>(Func<Task<T>> change)
    {
        const int Attempts = 4;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await change();
            }
            catch (StaleDocumentException) when (attempt < Attempts)
            {
                // Read again.
            }
            catch (StaleDocumentException)
            {
                throw CozyException.Conflict("Document update conflict.");
            }
        }
    }

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

    /// <summary>The document of a file or folder as it is now.</summary>
    /// <exception cref="CozyException">NotFound.</exception>
    private async ValueTask<Document> RequireDocumentAsync(string id)
    {
        // The tree first: it is empty before the instance has any document.
        if ((await _tree.GetAsync()).Find(id) is null)
            throw FileRules.NotFound();
        return await _documents.ReadAsync(id) is { Deleted: false } document ? document : throw FileRules.NotFound();
    }

    /// <summary>Most bytes the files may take; 0 for no limit.</summary>
    /// <exception cref="CozyException">NotFound: the instance is gone, and nothing may be written any more.</exception>
    private ValueTask<long> QuotaAsync() =>
        _quota is { } known && _time.GetElapsedTime(known.Since) < QuotaAge ? new(known.Bytes) : new(AskQuotaAsync());

    private async Task<long> AskQuotaAsync()
    {
        var since = _time.GetTimestamp();
        var instance = await _instance.GetAsync() ?? throw CozyException.NotFound("The instance does not exist.");
        _quota = (instance.DiskQuota, since);
        return instance.DiskQuota;
    }

    /// <summary>Writes documents; whatever is not known for certain is read again.</summary>
    private async Task<IReadOnlyList<EditOutcome>> EditAsync(IDoctypeGrain doctype, IReadOnlyList<Edit> edits)
    {
        try
        {
            return await doctype.EditAsync(edits);
        }
        catch (CozyException failure) when (failure.Kind is ErrorKind.TooLarge or ErrorKind.BadRequest)
        {
            throw;
        }
        catch
        {
            // It may have been written: only the store knows.
            _tree.Reset();
            throw;
        }
    }

    /// <summary>Replaces a document of the tree.</summary>
    /// <exception cref="StaleDocumentException">It is not the current one.</exception>
    private async Task<Document> ReplaceAsync(FileTree tree, Document known, ReadOnlyMemory<byte> members)
    {
        var outcome = (await EditAsync(_documents, [new Edit(known.Id, known.Revision, false, members)]))[0];
        if (outcome.Error is not null)
        {
            _tree.Reset();
            throw new StaleDocumentException();
        }

        KeepCurrent(tree);
        return new Document(known.Id, outcome.Revision!, false, members);
    }

    /// <summary>A tree that was read while a write was under way may lack it: it is read once more.</summary>
    private void KeepCurrent(FileTree tree)
    {
        if (!_tree.IsCurrent(tree))
            _tree.Reset();
    }

    private static FileEntry Entry(FileTree tree, FileNode node, Document document) =>
        FileDocument.ToEntry(node, document, tree.Versions.CountOf(node));

    [LoggerMessage(1001, LogLevel.Warning, "Uploads left open by a crash could not be settled for {InstanceId}")]
    private partial void LogPendingFailed(Exception failure, string instanceId);

    [LoggerMessage(1002, LogLevel.Warning, "Contents that nothing refers to any more could not be removed for {InstanceId}")]
    private partial void LogDiscardFailed(Exception failure, string instanceId);

    [LoggerMessage(1003, LogLevel.Information, "A change of many files that was interrupted is finished for {InstanceId}: {Operation} of {Id}")]
    private partial void LogRecovering(string instanceId, JournalOperation operation, string id);

    [LoggerMessage(1004, LogLevel.Warning, "Old versions could not be removed for {InstanceId}")]
    private partial void LogVersionsFailed(Exception failure, string instanceId);

    /// <summary>Somebody else changed the document since it was read.</summary>
    private sealed class StaleDocumentException : Exception;
}
