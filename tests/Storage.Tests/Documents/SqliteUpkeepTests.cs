using System.Text;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

/// <summary>The upkeep of the embedded engine's files: older versions, compaction, damage.</summary>
public sealed class SqliteUpkeepTests : IDisposable
{
    private static readonly DatabaseName Db = new("alice", "io-cozy-notes");
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OldVersions.ToVersion1)]
    [InlineData(OldVersions.ToVersion2)]
    public async Task A_file_of_an_older_version_is_brought_up_to_date(string older)
    {
        await using (var store = Open())
        {
            await EditManyAsync(store, "a", 5);
            await store.EditAsync(Db, [Edit("b", null, "\"v\":1")], Ct);
        }

        Sql(older);
        await using var again = Open();
        Assert.Equal("\"v\":4", await ReadAsync(again, "a"));
        Assert.Equal(2, (await again.GetInfoAsync(Db, Ct))!.DocumentCount);

        // What a new file can this one can, too.
        var attached = Edit("b", (await again.GetAsync(Db, "b", ReadOptions.Winner, Ct))!.Revision, "") with
        {
            Attachments = [new AttachmentEdit("f") { Data = "x"u8.ToArray() }],
        };
        Assert.Null(Assert.Single(await again.EditAsync(Db, [attached], Ct)).Failure);
        await again.CompactAsync(Db, Ct);
        Assert.Equal(0, Number("SELECT count(*) FROM bodies"));
        Assert.Equal(0, Number("SELECT superseded FROM databases"));
    }

    [Fact]
    public async Task Compaction_gives_room_back_while_writers_go_on()
    {
        await using var store = Open();
        var large = $"\"v\":\"{new string('x', 20_000)}\"";
        for (var document = 0; document < 20; document++)
        {
            Revision? parent = null;
            for (var i = 0; i < 15; i++)
                parent = Assert.Single(await store.EditAsync(Db, [Edit($"d{document}", parent, large + $",\"i\":{i}")], Ct)).Revision;
        }

        var before = Number("PRAGMA page_count");
        Assert.Equal(20 * 14, Number("SELECT superseded FROM databases"));
        var compaction = store.CompactAsync(Db, Ct);
        await EditManyAsync(store, "other", 50);
        await compaction;
        await store.CompactAsync(Db, Ct);
        Assert.Equal(0, Number("SELECT count(*) FROM bodies"));
        Assert.InRange(Number("PRAGMA page_count"), 1, before / 5);
        Assert.Equal("ok", Word("PRAGMA integrity_check"));
        Assert.EndsWith("\"i\":14", await ReadAsync(store, "d7"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_with_much_to_drop_is_compacted_in_the_background()
    {
        await using var store = new SqliteDocumentStore(Options() with { CompactAfterRevisions = 10 });
        await EditManyAsync(store, "a", 11);
        while (Number("SELECT count(*) FROM bodies") > 0)
            await Task.Delay(20, Ct);
        Assert.Equal("\"v\":10", await ReadAsync(store, "a"));
    }

    [Fact]
    public async Task The_bytes_of_attachments_go_with_the_last_revision_that_has_them()
    {
        await using var store = Open();
        var data = new byte[400_000];
        new Random(3).NextBytes(data);
        var first = await AttachAsync(store, null, new AttachmentEdit("f") { Data = data }, new AttachmentEdit("g") { Data = "x"u8.ToArray() });
        var second = await AttachAsync(store, first, new AttachmentEdit("f"));
        var third = await AttachAsync(store, second, new AttachmentEdit("f") { Data = data });
        Assert.Equal(2, Number("SELECT count(*) FROM contents"));
        Assert.Equal(4 + 1, Number("SELECT count(*) FROM content_pieces"));

        await store.CompactAsync(Db, Ct);
        Assert.Equal(1, Number("SELECT count(*) FROM contents"));
        Assert.Equal(4, Number("SELECT count(*) FROM content_pieces"));

        await store.EditAsync(Db, [new DocumentEdit("a", third, true, default)], Ct);
        await store.CompactAsync(Db, Ct);
        Assert.Equal(0, Number("SELECT count(*) FROM content_pieces"));

        await AttachAsync(store, null, new AttachmentEdit("f") { Data = data });
        await store.DeleteDatabaseAsync(Db, Ct);
        Assert.Equal(0, Number("SELECT count(*) FROM contents") + Number("SELECT count(*) FROM content_pieces"));
    }

    [Fact]
    public async Task A_damaged_page_is_said_to_be_and_other_partitions_go_on()
    {
        await using (var store = Open())
        {
            for (var i = 0; i < 50; i++)
                await store.EditAsync(Db, [Edit($"d{i:00}", null, $"\"v\":\"{new string('x', 3000)}\"")], Ct);
        }

        await using (var file = new FileStream(FilePath(), FileMode.Open))
        {
            var junk = new byte[4096];
            new Random(1).NextBytes(junk);
            for (var page = 4; page < file.Length / 4096; page++)
            {
                file.Position = page * 4096L;
                await file.WriteAsync(junk, Ct);
            }
        }

        await AssertCorruptAsync(store => store.ListAsync(Db, new ListQuery { IncludeDocuments = true }, Ct));
    }

    [Fact]
    public async Task A_truncated_file_is_said_to_be_damaged_and_other_partitions_go_on()
    {
        await using (var store = Open())
        {
            for (var i = 0; i < 50; i++)
                await store.EditAsync(Db, [Edit($"d{i:00}", null, $"\"v\":\"{new string('x', 3000)}\"")], Ct);
        }

        await using (var file = new FileStream(FilePath(), FileMode.Open))
            file.SetLength(file.Length / 2 / 4096 * 4096);
        await AssertCorruptAsync(store => store.ListAsync(Db, new ListQuery { IncludeDocuments = true }, Ct));
    }

    [Fact]
    public async Task A_backup_is_of_one_moment_and_restored_whole_or_not_at_all()
    {
        var copy = Path.Combine(_folder.Path, "it's a copy");
        await using var store = Open();
        Assert.False(await store.BackupAsync(Db.Partition, copy, Ct));
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
                await store.EditAsync(Db, [Edit($"a{i}", null, ""), Edit($"b{i}", null, "")], Ct);
        }, Ct);
        while (await store.GetInfoAsync(Db, Ct) is null or { DocumentCount: < 20 })
            await Task.Yield();
        Assert.True(await store.BackupAsync(Db.Partition, copy, Ct));
        await writing;

        var bob = Db with { Partition = "bob" };
        Assert.True(await store.RestoreAsync(bob.Partition, copy, replace: false, Ct));
        var ids = (await store.ListAsync(bob, new ListQuery(), Ct)).Rows.Select(r => r.Id).ToList();
        Assert.InRange(ids.Count, 20, 400);
        Assert.Equal(ids.Count(id => id[0] == 'a'), ids.Count(id => id[0] == 'b'));
        Assert.False(await store.RestoreAsync(Db.Partition, copy, replace: false, Ct));
        Assert.Equal(400, (await store.GetInfoAsync(Db, Ct))!.DocumentCount);
        Assert.True(await store.RestoreAsync(Db.Partition, copy, replace: true, Ct));
        Assert.Equal(ids.Count, (await store.GetInfoAsync(Db, Ct))!.DocumentCount);

        await File.WriteAllBytesAsync(copy, new byte[8192], Ct);
        var refused = await Assert.ThrowsAsync<DocumentStoreException>(() => store.RestoreAsync(Db.Partition, copy, replace: true, Ct));
        Assert.Equal(StoreError.Corrupt, refused.Kind);
        Assert.Equal(ids.Count, (await store.GetInfoAsync(Db, Ct))!.DocumentCount);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.incoming"));
    }

    private async Task AssertCorruptAsync(Func<SqliteDocumentStore, Task> read)
    {
        await using var store = Open();
        var failure = await Assert.ThrowsAsync<DocumentStoreException>(() => read(store));
        Assert.Equal(StoreError.Corrupt, failure.Kind);
        Assert.Contains(FilePath(), failure.Message, StringComparison.Ordinal);
        await store.EditAsync(Db with { Partition = "bob" }, [Edit("a", null, "")], Ct);
        Assert.NotNull(await store.GetAsync(Db with { Partition = "bob" }, "a", ReadOptions.Winner, Ct));
    }

    private static DocumentEdit Edit(string id, Revision? parent, string members) => new(id, parent, false, Encoding.UTF8.GetBytes(members));

    private static async Task EditManyAsync(SqliteDocumentStore store, string id, int times)
    {
        Revision? parent = null;
        for (var i = 0; i < times; i++)
            parent = Assert.Single(await store.EditAsync(Db, [Edit(id, parent, $"\"v\":{i}")], Ct)).Revision;
    }

    private static async Task<Revision> AttachAsync(SqliteDocumentStore store, Revision? parent, params AttachmentEdit[] attachments) =>
        Assert.Single(await store.EditAsync(
            Db, [new DocumentEdit("a", parent, false, default) { Attachments = attachments }], Ct)).Revision!.Value;

    private static async Task<string> ReadAsync(SqliteDocumentStore store, string id) =>
        Encoding.UTF8.GetString((await store.GetAsync(Db, id, ReadOptions.Winner, Ct))!.Members.Span);

    private SqliteDocumentOptions Options() => new() { Directory = _folder.Path, Durable = false };

    private SqliteDocumentStore Open() => new(Options());

    private string FilePath() => Path.Combine(_folder.Path, "alice.sqlite");

    private void Sql(string sql) => Query(sql, run: true);

    private long Number(string sql) => (long)Query(sql)!;

    private string Word(string sql) => (string)Query(sql)!;

    private object? Query(string sql, bool run = false)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath()};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return run ? command.ExecuteNonQuery() : command.ExecuteScalar();
    }
}
