using System.Text;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Revisions;
using Cozy.Storage.Documents.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

/// <summary>What only the embedded engine does: its files, their opening and closing, their damage.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private static readonly DatabaseName Db = new("alice", "io-cozy-notes");
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Everything_is_there_after_reopening()
    {
        await using (var store = Open())
        {
            var results = await store.EditAsync(Db, Enumerable.Range(0, 100).Select(i => Edit($"d{i:00}", $"\"v\":{i}")).ToList(), Ct);
            await store.EditAsync(Db, [new DocumentEdit("d00", results[0].Revision, true, default)], Ct);
            await store.PutLocalAsync(Db, "l", "0-4", "\"x\":1"u8.ToArray(), Ct);
        }

        Assert.False(File.Exists(FilePath() + "-wal"));
        await using var again = Open();
        var info = await again.GetInfoAsync(Db, Ct);
        Assert.Equal((99, 1), (info!.DocumentCount, info.DeletedCount));
        Assert.StartsWith("101-", info.UpdateSequence, StringComparison.Ordinal);
        Assert.Equal("\"v\":42", await ReadAsync(again, "d42"));
        Assert.Equal("0-5", (await again.GetLocalAsync(Db, "l", Ct))!.Revision);
        Assert.Equal(101, (await again.ReadChangesAsync(Db, new ChangesQuery { Limit = 1, Descending = true }, Ct)).Results
            .Select(c => int.Parse(c.Sequence.Split('-')[0], System.Globalization.CultureInfo.InvariantCulture)).Single());
    }

    [Fact]
    public async Task What_a_database_counts_stays_right_when_it_is_deleted_and_written_at_once()
    {
        await using (var store = Open())
        {
            await store.EditAsync(Db, [Edit("first", "\"v\":1")], Ct);
            var deleted = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
            {
                var edit = store.EditAsync(Db, [Edit($"d{i:000}", "\"v\":1")], Ct);
                var isDeleted = i % 50 == 25 && await store.DeleteDatabaseAsync(Db, Ct);
                await edit;
                return isDeleted;
            }));
            Assert.Contains(true, deleted);
            await store.EditAsync(Db, [Edit("last", "\"v\":1")], Ct);
            await CountsAsync(store);
        }

        await using var again = Open();
        await CountsAsync(again);

        static async Task CountsAsync(SqliteDocumentStore store)
        {
            var info = await store.GetInfoAsync(Db, Ct);
            var changes = await store.ReadChangesAsync(Db, new ChangesQuery(), Ct);
            Assert.Equal(changes.Results.Count, info!.DocumentCount);
            Assert.Equal(changes.Results[^1].Sequence, info.UpdateSequence);
        }
    }

    [Fact]
    public async Task What_was_acknowledged_is_in_the_files_of_a_store_that_was_never_closed()
    {
        using var copy = new TemporaryFolder();
        await using var store = Open(durable: true);
        for (var i = 0; i < 20; i++)
        {
            await store.EditAsync(Db, [Edit($"d{i}", $"\"v\":{i}")], Ct);
            if (i % 5 != 4)
                continue;

            // The moment of a crash: the files as they are, log and all, with the store still open.
            foreach (var file in Directory.GetFiles(_folder.Path).Where(f => !f.EndsWith("-shm", StringComparison.Ordinal)))
                File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)), overwrite: true);
            await using (var recovered = new SqliteDocumentStore(new SqliteDocumentOptions { Directory = copy.Path }))
            {
                Assert.Equal(i + 1, (await recovered.GetInfoAsync(Db, Ct))!.DocumentCount);
                Assert.Equal($"\"v\":{i}", await ReadAsync(recovered, $"d{i}"));
            }

            foreach (var file in Directory.GetFiles(copy.Path))
                File.Delete(file);
        }
    }

    [Fact]
    public async Task A_transaction_that_was_cut_off_leaves_nothing()
    {
        await using var store = Open();
        await store.EditAsync(Db, [Edit("a", "\"v\":1")], Ct);
        await store.DisposeAsync();
        using (var torn = Raw("BEGIN; DELETE FROM documents; UPDATE databases SET doc_count = 77"))
        {
            foreach (var suffix in new[] { "", "-wal" })
            {
                if (File.Exists(FilePath() + suffix))
                    File.Copy(FilePath() + suffix, FilePath("bob") + suffix);
            }
        }

        await using var again = Open();
        Assert.Equal(1, (await again.GetInfoAsync(Db with { Partition = "bob" }, Ct))!.DocumentCount);
    }

    [Fact]
    public async Task Many_writers_lose_nothing_and_every_acknowledged_write_is_seen_at_once()
    {
        await using var store = Open();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(async writer =>
        {
            for (var i = 0; i < 50; i++)
            {
                var id = $"w{writer}-{i}";
                var result = Assert.Single(await store.EditAsync(Db, [Edit(id, $"\"v\":{i}")], Ct));
                Assert.Null(result.Failure);
                Assert.Equal(result.Revision, (await store.GetAsync(Db, id, ReadOptions.Winner, Ct))!.Revision);
            }
        }));
        var changes = await store.ReadChangesAsync(Db, new ChangesQuery(), Ct);
        Assert.Equal(1600, changes.Results.Count);
        Assert.Equal(1600, changes.Results.Select(c => c.Sequence).Distinct().Count());
        Assert.StartsWith("1600-", changes.LastSequence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_fails_in_the_database_fails_its_transaction_and_no_later_one()
    {
        await using var store = Open();
        await store.EditAsync(Db, [Edit("a", "")], Ct);
        using (Raw("CREATE TRIGGER refuse BEFORE INSERT ON documents WHEN NEW.id = 'bad' BEGIN SELECT RAISE(ABORT, 'refused'); END"))
        {
        }

        var failure = await Assert.ThrowsAsync<DocumentStoreException>(() => store.EditAsync(Db, [Edit("b", ""), Edit("bad", "")], Ct));
        Assert.Equal(StoreError.Unavailable, failure.Kind);
        Assert.Null(await store.GetAsync(Db, "b", ReadOptions.Winner, Ct));
        Assert.Null(Assert.Single(await store.EditAsync(Db, [Edit("b", "")], Ct)).Failure);
        Assert.StartsWith("2-", (await store.GetInfoAsync(Db, Ct))!.UpdateSequence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_files_are_open_than_allowed()
    {
        await using var store = new SqliteDocumentStore(Options() with { MaxOpenFiles = 8 });
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 50; i++)
            {
                var db = new DatabaseName($"p{i}", "notes");
                await store.EditAsync(db, [Edit($"r{round}", "")], Ct);
                Assert.NotNull(await store.GetAsync(db, $"r{round}", ReadOptions.Winner, Ct));
                Assert.InRange(store.OpenPartitions, 1, 8);
            }
        }

        Assert.Equal(50, (await store.ListDatabasesAsync(null, Ct)).Count);
    }

    [Fact]
    public async Task Files_that_nobody_uses_are_closed_and_open_again_when_somebody_does()
    {
        var time = new FakeTimeProvider();
        await using var store = new SqliteDocumentStore(Options() with { IdleClose = TimeSpan.FromMinutes(10) }, time);
        await store.EditAsync(Db, [Edit("a", "\"v\":1")], Ct);
        await store.EditAsync(Db with { Partition = "bob" }, [Edit("b", "")], Ct);
        time.Advance(TimeSpan.FromMinutes(8));
        Assert.Equal(2, store.OpenPartitions);
        Assert.NotNull(await store.GetAsync(Db with { Partition = "bob" }, "b", ReadOptions.Winner, Ct));
        time.Advance(TimeSpan.FromMinutes(5));

        // Nothing is left beside the file: all of it was moved into it.
        Assert.Equal(1, store.OpenPartitions);
        Assert.False(File.Exists(FilePath() + "-wal"));
        Assert.True(File.Exists(FilePath("bob") + "-wal"));
        Assert.Equal("\"v\":1", await ReadAsync(store, "a"));
        Assert.Equal(2, store.OpenPartitions);
    }

    [Fact]
    public async Task Many_partitions_under_load_share_few_open_files()
    {
        await using var store = new SqliteDocumentStore(Options() with { MaxOpenFiles = 4 });
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            var db = new DatabaseName($"p{i % 20}", "notes");
            await store.EditAsync(db, [Edit($"d{i}", "")], Ct);
            Assert.NotNull(await store.GetAsync(db, $"d{i}", ReadOptions.Winner, Ct));
        }, Ct)));
        for (var i = 0; i < 20; i++)
            Assert.Equal(10, (await store.GetInfoAsync(new DatabaseName($"p{i}", "notes"), Ct))!.DocumentCount);
        Assert.InRange(store.OpenPartitions, 1, 4);
    }

    [Fact]
    public async Task Reading_what_is_not_there_creates_no_file()
    {
        await using var store = Open();
        Assert.Null(await store.GetInfoAsync(Db, Ct));
        Assert.False(await store.DeleteDatabaseAsync(Db, Ct));
        await Assert.ThrowsAsync<DocumentStoreException>(async () => await store.GetAsync(Db, "a", ReadOptions.Winner, Ct));
        await store.DeletePartitionAsync(Db.Partition, Ct);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Deleting_a_partition_removes_its_files_while_it_is_read_and_written()
    {
        await using var store = Open();
        using var stop = new CancellationTokenSource();
        var load = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await store.EditAsync(Db, [Edit($"d{i}", "")], Ct);
                await store.GetInfoAsync(Db, Ct);
            }
        }, Ct);
        for (var i = 0; i < 20; i++)
        {
            await store.EditAsync(Db, [Edit($"x{i}", "")], Ct);
            await store.DeletePartitionAsync(Db.Partition, Ct);
        }

        await stop.CancelAsync();
        await load;
        await store.DeletePartitionAsync(Db.Partition, Ct);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("A")]
    [InlineData("_")]
    [InlineData("a\nb")]
    [InlineData("a\n")]
    public async Task Partitions_whose_names_are_no_file_names_are_refused(string partition)
    {
        await using var store = Open();
        var failure = await Assert.ThrowsAsync<DocumentStoreException>(() => store.DeletePartitionAsync(partition, Ct));
        Assert.Equal(StoreError.InvalidDatabaseName, failure.Kind);
        failure = await Assert.ThrowsAsync<DocumentStoreException>(() => store.ListDatabasesAsync(partition, Ct));
        Assert.Equal(StoreError.InvalidDatabaseName, failure.Kind);
    }

    [Fact]
    public async Task The_partition_without_a_name_has_a_file_too()
    {
        await using var store = Open();
        await store.CreateDatabaseAsync(new DatabaseName("", "plain"), Ct);
        Assert.True(File.Exists(Path.Combine(_folder.Path, "_.sqlite")));
        Assert.Equal([new DatabaseName("", "plain")], await store.ListDatabasesAsync(null, Ct));
    }

    [Fact]
    public async Task A_damaged_file_is_said_to_be()
    {
        await File.WriteAllBytesAsync(FilePath(), Encoding.UTF8.GetBytes(new string('x', 8192)), Ct);
        await using var store = Open();
        var failure = await Assert.ThrowsAsync<DocumentStoreException>(() => store.GetInfoAsync(Db, Ct));
        Assert.Equal(StoreError.Corrupt, failure.Kind);
        failure = await Assert.ThrowsAsync<DocumentStoreException>(() => store.EditAsync(Db, [Edit("a", "")], Ct));
        Assert.Equal(StoreError.Corrupt, failure.Kind);
        await store.EditAsync(Db with { Partition = "bob" }, [Edit("a", "")], Ct);
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_not_touched()
    {
        await using (var store = Open())
            await store.EditAsync(Db, [Edit("a", "")], Ct);
        using (Raw("PRAGMA user_version = 99"))
        {
        }

        await using var again = Open();
        var failure = await Assert.ThrowsAsync<DocumentStoreException>(() => again.EditAsync(Db, [Edit("b", "")], Ct));
        Assert.Equal(StoreError.Corrupt, failure.Kind);
        Assert.Contains("newer version", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_said_to_be_and_nothing_is_written()
    {
        await using var store = Open();
        await store.EditAsync(Db, [Edit("a", "")], Ct);
        store.LimitPages(Db.Partition, 30);
        var failure = await Assert.ThrowsAsync<DocumentStoreException>(
            () => store.EditAsync(Db, [Edit("b", ""), Edit("big", $"\"v\":\"{new string('x', 500_000)}\"")], Ct));
        Assert.Equal(StoreError.Full, failure.Kind);
        Assert.Null(await store.GetAsync(Db, "b", ReadOptions.Winner, Ct));
        Assert.Null(Assert.Single(await store.EditAsync(Db, [Edit("c", "")], Ct)).Failure);
    }

    [Fact]
    public async Task A_since_of_a_database_deleted_meanwhile_starts_over()
    {
        await using var store = Open();
        await store.EditAsync(Db, [Edit("a", ""), Edit("b", "")], Ct);
        var since = (await store.ReadChangesAsync(Db, new ChangesQuery(), Ct)).LastSequence;
        await store.DeleteDatabaseAsync(Db, Ct);
        await store.EditAsync(Db, [Edit("c", "")], Ct);
        Assert.Equal("c", Assert.Single((await store.ReadChangesAsync(Db, new ChangesQuery { Since = since }, Ct)).Results).Id);
    }

    [Fact]
    public async Task Ids_and_hashes_with_NUL_are_kept_whole()
    {
        await using var store = Open();
        await store.EditAsync(Db, [Edit("a\0b", "\"v\":1"), Edit("a", "\"v\":2")], Ct);
        await store.ReplicateAsync(Db, [new ReplicatedEdit("h", [new Revision(1, "x\0y")], false, default)], Ct);
        Assert.Equal(["a", "a\0b", "h"], (await store.ListAsync(Db, new ListQuery(), Ct)).Rows.Select(r => r.Id));
        Assert.Equal("\"v\":1", await ReadAsync(store, "a\0b"));
        Assert.Equal("1-x\0y", (await store.GetAsync(Db, "h", ReadOptions.Winner, Ct))!.Revision.ToString());
    }

    [Fact]
    public async Task History_beyond_the_limit_is_forgotten_with_its_contents()
    {
        await using var store = new SqliteDocumentStore(Options() with { RevisionsLimit = 3 });
        Revision? parent = null;
        for (var i = 1; i <= 6; i++)
            parent = Assert.Single(await store.EditAsync(Db, [new DocumentEdit("a", parent, false, Encoding.UTF8.GetBytes($"\"v\":{i}"))], Ct)).Revision;
        var document = await store.GetAsync(Db, "a", new ReadOptions { WithRevisions = true, WithRevisionsInfo = true }, Ct);
        Assert.Equal([6, 5, 4], document!.Details!.Revisions!.Select(r => r.Generation));
        Assert.All(document.Details.RevisionsInfo!, i => Assert.Equal("available", i.Status));
        using var rows = Raw("SELECT 1");
        using var count = rows.CreateCommand();
        count.CommandText = "SELECT count(*) FROM bodies";
        Assert.Equal(2L, count.ExecuteScalar());
    }

    [Fact]
    public async Task The_same_revision_may_end_two_histories()
    {
        await using var store = Open();
        Revision[] a = [new(3, "a"), new(2, "a"), new(1, "a")];
        Revision[] b = [new(3, "a"), new(2, "b"), new(1, "a")];
        await store.ReplicateAsync(Db, [new ReplicatedEdit("d", b, false, "\"v\":2"u8.ToArray())], Ct);
        await store.ReplicateAsync(Db, [new ReplicatedEdit("d", a, false, "\"v\":1"u8.ToArray())], Ct);
        var leaves = await store.GetLeavesAsync(Db, "d", null, false, true, Ct);
        Assert.Equal([a, b], leaves!.Select(l => l.Document!.Details!.Revisions!));

        // The content of the last with the history of the first: CouchDB's answer, too.
        var winner = await store.GetAsync(Db, "d", new ReadOptions { WithRevisions = true, WithConflicts = true }, Ct);
        Assert.Equal("\"v\":2", Encoding.UTF8.GetString(winner!.Members.Span));
        Assert.Equal(a, winner.Details!.Revisions!);
        Assert.Equal([a[0]], winner.Details.Conflicts!);
    }

    [Fact]
    public async Task An_unknown_parent_starts_a_history_only_where_that_is_asked_for()
    {
        await using var strict = Open();
        await strict.EditAsync(Db, [Edit("a", "")], Ct);
        Assert.NotNull(Assert.Single(await strict.EditAsync(Db, [new DocumentEdit("b", new Revision(1, "x"), false, default)], Ct)).Failure);
        await using var lenient = new SqliteDocumentStore(Options() with { UnknownParentStartsHistory = true });
        var result = Assert.Single(await lenient.EditAsync(Db, [new DocumentEdit("b", new Revision(1, "x"), false, default)], Ct));
        var document = await lenient.GetAsync(Db, "b", new ReadOptions { WithRevisions = true }, Ct);
        Assert.Equal([result.Revision!.Value, new Revision(1, "x")], document!.Details!.Revisions!);
        Assert.Equal(RevisionHash.Compute(new Revision(1, "x"), false, default), result.Revision);
    }

    [Fact]
    public async Task A_store_that_was_disposed_refuses_and_has_finished_what_it_accepted()
    {
        var store = Open();
        var writes = Enumerable.Range(0, 200).Select(i => store.EditAsync(Db, [Edit($"d{i}", "")], Ct)).ToList();
        await store.DisposeAsync();
        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.EditAsync(Db, [Edit("late", "")], Ct));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.GetAsync(Db, "d1", ReadOptions.Winner, Ct));
        await using var again = Open();
        Assert.Equal(200, (await again.GetInfoAsync(Db, Ct))!.DocumentCount);
    }

    [Fact]
    public async Task A_cancelled_write_that_has_not_begun_is_not_made()
    {
        await using var store = Open();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.EditAsync(Db, [Edit("a", "")], new CancellationToken(canceled: true)));
        Assert.Null(await store.GetInfoAsync(Db, Ct));
    }

    private static DocumentEdit Edit(string id, string members) => new(id, null, false, Encoding.UTF8.GetBytes(members));

    private static async Task<string> ReadAsync(SqliteDocumentStore store, string id) =>
        Encoding.UTF8.GetString((await store.GetAsync(Db, id, ReadOptions.Winner, Ct))!.Members.Span);

    private SqliteDocumentOptions Options() => new() { Directory = _folder.Path, Durable = false };

    private SqliteDocumentStore Open(bool durable = false) => new(Options() with { Durable = durable });

    private string FilePath(string partition = "alice") => Path.Combine(_folder.Path, partition + ".sqlite");

    /// <summary>Another program's connection to the file, on which a statement was run.</summary>
    private SqliteConnection Raw(string sql)
    {
        var connection = new SqliteConnection($"Data Source={FilePath()};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return connection;
    }
}
