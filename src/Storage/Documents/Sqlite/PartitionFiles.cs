using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>The partitions of a folder, and how many of their files are open.</summary>
internal sealed partial class PartitionFiles : IAsyncDisposable
{
    private const string Extension = ".sqlite";

    /// <summary>The file of the partition without a name; no partition can be called so.</summary>
    private const string Unnamed = "_";

    private readonly ConcurrentDictionary<string, PartitionFile> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<PartitionFile, bool> _open = new();
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    public PartitionFiles(SqliteDocumentOptions options, TimeProvider time)
    {
        Options = options;
        _time = time;
        Directory.CreateDirectory(options.Directory);
        var interval = options.IdleClose / 4;
        _sweep = time.CreateTimer(_ => CloseIdle(), null, interval, interval);
    }

    public SqliteDocumentOptions Options { get; }

    public long Now => _time.GetTimestamp();

    /// <summary>How many files are open.</summary>
    public int OpenCount => _open.Count;

    /// <exception cref="DocumentStoreException">The partition's name cannot be a file's.</exception>
    public PartitionFile this[string partition] =>
        _files.TryGetValue(partition, out var file) ? file : _files.GetOrAdd(partition, Create);

    /// <summary>The partitions that have a file, in name order.</summary>
    public IEnumerable<string> OnDisk() =>
        Directory.EnumerateFiles(Options.Directory, "*" + Extension)
            .Select(Path.GetFileNameWithoutExtension)
            .OfType<string>()
            .Where(name => name == Unnamed || SafeName().IsMatch(name))
            .Select(name => name == Unnamed ? "" : name)
            .Order(StringComparer.Ordinal);

    /// <summary>A file was opened: others close if there are too many, the longest unused first.</summary>
    public void Opened(PartitionFile opened)
    {
        _open[opened] = true;
        if (_open.Count <= Options.MaxOpenFiles)
            return;
        foreach (var file in _open.Keys.Where(f => f != opened).OrderBy(f => f.LastUsed))
        {
            if (file.TryClose() && _open.Count <= Options.MaxOpenFiles)
                return;
        }
    }

    public void Closed(PartitionFile file) => _open.TryRemove(file, out _);

    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync().ConfigureAwait(false);
        foreach (var file in _files.Values)
            await file.DisposeAsync().ConfigureAwait(false);
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_$()+-]{0,199}\z")]
    private static partial Regex SafeName();

    private PartitionFile Create(string partition)
    {
        if (partition.Length > 0 && !SafeName().IsMatch(partition))
        {
            throw new DocumentStoreException(
                StoreError.InvalidDatabaseName, "illegal_database_name", $"Name: '{partition}'. No partition can be called so.");
        }

        var name = partition.Length == 0 ? Unnamed : partition;
        return new PartitionFile(Path.Combine(Options.Directory, name + Extension), this);
    }

    private void CloseIdle()
    {
        foreach (var file in _open.Keys)
        {
            if (_time.GetElapsedTime(file.LastUsed) >= Options.IdleClose)
                file.TryClose();
        }
    }
}
