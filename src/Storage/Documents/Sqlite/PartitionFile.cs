using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>
/// The database file of one partition: opened by the first who needs it, closed when it was long unused, and opened
/// again. One connection writes, through the queue; a few read beside it.
/// </summary>
/// <remarks>
/// Everything that uses a connection holds the lock for reading; opening, closing and deleting hold it for writing.
/// So no connection outlives the file it belongs to: SQLite's last connection removes the log by name.
/// </remarks>
internal sealed class PartitionFile : IAsyncDisposable
{
    /// <summary>How many reading connections are kept for the next reader.</summary>
    private const int IdleReaders = 4;

    private readonly PartitionFiles _owner;
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly WriteQueue _queue;
    private volatile SqliteSession? _writer;
    private bool _disposed;

    public PartitionFile(string path, PartitionFiles owner)
    {
        Path = path;
        _owner = owner;
        _queue = new WriteQueue(Commit);
    }

    public string Path { get; }

    public bool IsOpen => _writer is not null;

    /// <summary>When it was last used, as a timestamp of the store's clock.</summary>
    public long LastUsed { get; private set; }

    /// <summary>Reads; false when there is no such file.</summary>
    /// <exception cref="DocumentStoreException">The file cannot be read.</exception>
    public bool TryRead<TState, T>(TState state, Func<SqliteSession, TState, T> read, [MaybeNullWhen(false)] out T result)
    {
        result = default;
        if (!Enter(create: false))
            return false;
        SqliteSession? session = null;
        try
        {
            session = _readers.TryTake(out var idle) ? idle : SqliteSession.OpenReader(Path, _owner.Options);
            result = read(session, state);
            if (_readers.Count < IdleReaders)
            {
                _readers.Add(session);
                session = null;
            }

            return true;
        }
        catch (Exception failure) when (failure is not DocumentStoreException)
        {
            throw SqliteErrors.Translate(failure, Path);
        }
        finally
        {
            session?.Dispose();
            _lock.ExitReadLock();
        }
    }

    /// <summary>Writes in the next transaction; ends when that is durable.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> write, long bytes, CancellationToken cancellationToken) =>
        _queue.RunAsync(session => write(session!), bytes, exclusive: false, cancellationToken);

    /// <summary>Copies the file as it is at one moment, while it is read and written; false when there is none.</summary>
    public bool TryCopy(string target)
    {
        if (!Enter(create: false))
            return false;
        try
        {
            SqliteSnapshot.Copy(Path, target);
            return true;
        }
        catch (Exception failure) when (failure is not DocumentStoreException)
        {
            throw SqliteErrors.Translate(failure, Path);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>Takes another file in the place of this one, after the writes that came before.</summary>
    /// <param name="source">A checked file in the same folder; it is moved.</param>
    /// <param name="replace">Whether there may be one already.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<bool> ReplaceAsync(string source, bool replace, CancellationToken cancellationToken) =>
        _queue.RunAsync(_ => Replace(source, replace), 0, exclusive: true, cancellationToken);

    /// <summary>Removes the file, after the writes that came before.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken) =>
        _queue.RunAsync(_ => Delete(), 0, exclusive: true, cancellationToken);

    /// <summary>For tests: lets the file grow no further, as a full disk does.</summary>
    public void LimitPages(int pages) => _writer!.Number($"PRAGMA max_page_count = {pages}");

    /// <summary>Closes the connections unless the file is in use.</summary>
    public bool TryClose()
    {
        if (!_lock.TryEnterWriteLock(0))
            return false;
        try
        {
            CloseConnections();
            return true;
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>Finishes what was accepted, then closes for good.</summary>
    public async ValueTask DisposeAsync()
    {
        await _queue.CloseAsync().ConfigureAwait(false);
        _lock.EnterWriteLock();
        try
        {
            _disposed = true;
            CloseConnections();
        }
        finally
        {
            _lock.ExitWriteLock();
        }

        // The lock itself is left to the collector: a late reader must still find it, and then the file closed.
    }

    /// <summary>Enters the lock for reading with the file open; false when there is no file and none is wanted.</summary>
    private bool Enter(bool create)
    {
        while (true)
        {
            _lock.EnterReadLock();
            if (_writer is not null)
            {
                LastUsed = _owner.Now;
                return true;
            }

            _lock.ExitReadLock();
            if (!Open(create))
                return false;
            _owner.Opened(this);
        }
    }

    private bool Open(bool create)
    {
        _lock.EnterWriteLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteDocumentStore));
            if (_writer is not null)
                return true;
            if (!create && !File.Exists(Path))
                return false;
            var writer = SqliteSession.OpenWriter(Path, _owner.Options);
            try
            {
                Schema.Migrate(writer, Path);
            }
            catch
            {
                writer.Dispose();
                throw;
            }

            LastUsed = _owner.Now;
            _writer = writer;
            return true;
        }
        catch (Exception failure) when (failure is not (DocumentStoreException or ObjectDisposedException))
        {
            throw SqliteErrors.Translate(failure, Path);
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    private void Commit(IReadOnlyList<WriteRequest> batch)
    {
        try
        {
            if (batch[0].IsExclusive)
                batch[0].Execute(null);
            else if (!InTransaction(writer => WriteBatch.TryRunAll(writer, batch)))
                InTransaction(writer => WriteBatch.RunEach(writer, batch, Path));
        }
        catch (Exception failure)
        {
            // Nothing of the batch was written: what failed is the file, whoever's part it was.
            foreach (var request in batch)
                request.Fail(SqliteErrors.Translate(failure, Path));
            return;
        }

        foreach (var request in batch)
            request.Complete();
    }

    /// <summary>Does the work in a transaction, which is rolled back when it answers false or fails.</summary>
    private bool InTransaction(Func<SqliteSession, bool> work)
    {
        Enter(create: true);
        var writer = _writer!;
        var committed = false;
        try
        {
            writer.Run("BEGIN IMMEDIATE");
            if (work(writer))
            {
                writer.Databases!.Save(writer);
                writer.Run("COMMIT");
                committed = true;
            }

            return committed;
        }
        finally
        {
            if (!committed)
            {
                writer.Rollback();
                writer.ForgetUncommitted();
            }

            _lock.ExitReadLock();
        }
    }

    private bool Replace(string source, bool replace)
    {
        _lock.EnterWriteLock();
        try
        {
            if (File.Exists(Path) && !replace)
                return false;
            CloseConnections();

            // The log of the old file must not be taken for one of the new.
            foreach (var suffix in new[] { "-wal", "-shm", "-journal" })
                File.Delete(Path + suffix);
            File.Move(source, Path, overwrite: true);
            return true;
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    private bool Delete()
    {
        _lock.EnterWriteLock();
        try
        {
            CloseConnections();

            // The file itself goes first: a log without its file is ignored, a file without its log has lost writes.
            foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" })
                File.Delete(Path + suffix);
            return true;
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    private void CloseConnections()
    {
        while (_readers.TryTake(out var reader))
            reader.Dispose();

        // The last to close moves the log into the file.
        _writer?.Dispose();
        _writer = null;
        _owner.Closed(this);
    }
}
