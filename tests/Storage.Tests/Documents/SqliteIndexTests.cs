using System.Globalization;
using System.Text;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Cozy.Storage.Documents.Mango.Values;
using Cozy.Storage.Documents.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

/// <summary>How the embedded engine keeps indexes in its files.</summary>
public sealed class SqliteIndexTests : IAsyncLifetime
{
    private static readonly DatabaseName Db = new("p", "io-cozy-notes");

    private readonly TemporaryFolder _folder = new();
    private SqliteDocumentStore _store = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.Path, "p.sqlite");

    public ValueTask InitializeAsync()
    {
        _store = Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_of_the_first_version_gets_indexes_for_its_design_documents()
    {
        await CreateAsync(0, 10);
        await IndexAsync("n");
        await _store.DisposeAsync();
        Sql(OldVersions.ToVersion1);

        _store = Open();
        await CreateAsync(10, 12);

        Assert.Equal(2, (await _store.ListIndexesAsync(Db, Ct)).Count);
        Assert.Equal(12, await CountAsync("n", 0));
        Assert.Equal(12, Number("SELECT count(*) FROM index_entries"));
    }

    [Fact]
    public async Task A_design_document_written_first_into_an_old_file_does_not_hide_the_others()
    {
        await CreateAsync(0, 10);
        await IndexAsync("n");
        await _store.DisposeAsync();
        Sql(OldVersions.ToVersion1);

        _store = Open();
        await IndexAsync("m");

        Assert.Equal(3, (await _store.ListIndexesAsync(Db, Ct)).Count);
        Assert.Equal(10, await CountAsync("n", 0));
    }

    [Fact]
    public async Task An_index_on_many_documents_is_built_while_writing_goes_on()
    {
        await CreateAsync(0, 3000);
        await IndexAsync("n");
        var writing = WriteOnAsync();
        var found = await CountAsync("n", 0);
        await writing;

        Assert.InRange(found, 2998, 3200);
        Assert.Equal(3198, await CountAsync("n", 0));
        Assert.Equal(3198, Number("SELECT count(*) FROM index_entries"));

        async Task WriteOnAsync()
        {
            for (var i = 3000; i < 3200; i += 20)
                await CreateAsync(i, i + 20);
            await DeleteAsync("d00007");
            await DeleteAsync("d02999");
        }
    }

    [Fact]
    public async Task A_build_that_was_interrupted_goes_on_when_the_index_is_needed()
    {
        await CreateAsync(0, 1500);
        await IndexAsync("n");
        await _store.DisposeAsync();
        Sql("DELETE FROM index_entries WHERE id > 'd00499'; UPDATE indexes SET state = 0, built_to = 'd00499'; UPDATE databases SET index_version = index_version + 1");

        _store = Open();
        await CreateAsync(1500, 1501);
        await DeleteAsync("d00002");

        Assert.Equal(1500, await CountAsync("n", 0));
        Assert.Equal(1500, Number("SELECT count(*) FROM index_entries"));
    }

    [Fact]
    public async Task Another_collation_makes_the_index_anew()
    {
        await CreateAsync(0, 700);
        await IndexAsync("n");
        Assert.Equal(700, await CountAsync("n", 0));
        await _store.DisposeAsync();
        Sql("UPDATE indexes SET collation = 'of another machine'; UPDATE index_entries SET key = x'00' || key; UPDATE databases SET index_version = index_version + 1");

        _store = Open();
        await CreateAsync(700, 701);

        Assert.Equal(701, await CountAsync("n", 0));
        Assert.Equal(Collation.Version, Text("SELECT collation FROM indexes WHERE state = 1"));
        await _store.DisposeAsync();
        _store = Open();
        Assert.Equal(701, await CountAsync("n", 0));
    }

    [Fact]
    public async Task Entries_of_a_deleted_index_are_removed()
    {
        await CreateAsync(0, 5000);
        await IndexAsync("n");
        Assert.Equal(5000, await CountAsync("n", 0));
        await _store.DeleteIndexAsync(Db, "_design/n", "n", Ct);

        // The next index waits for its own turn only; its end shows that the background is at work.
        await IndexAsync("m");
        Assert.Equal(5000, await CountAsync("m", 0));
        await _store.DisposeAsync();
        _store = Open();
        await IndexAsync("o");
        await CountAsync("o", 0);
        while (Number("SELECT count(*) FROM indexes WHERE state = 2") > 0)
            await Task.Yield();

        Assert.Equal(0, Number("SELECT count(*) FROM index_entries WHERE idx NOT IN (SELECT id FROM indexes)"));
    }

    [Fact]
    public async Task A_damaged_entry_makes_the_index_anew_instead_of_answering_twice()
    {
        await CreateAsync(0, 10);
        await IndexAsync("n");
        await _store.DisposeAsync();
        Sql("UPDATE index_entries SET key = key || x'01' WHERE id = 'd00003'");

        _store = Open();
        await DeleteAsync("d00003");

        Assert.Equal(9, await CountAsync("n", 0));
        Assert.Equal(9, Number("SELECT count(*) FROM index_entries e JOIN indexes i ON i.id = e.idx WHERE i.state = 1"));
    }

    [Theory]
    [InlineData("AND (e.key, e.id) > (x'01', 'a') AND e.key < x'02'")]
    [InlineData("AND e.key >= x'01' AND (e.key, e.id) < (x'02', 'a')")]
    [InlineData("AND e.key >= x'01' AND e.key < x'02'")]
    public async Task A_query_goes_straight_to_its_place_in_the_index(string range)
    {
        await CreateAsync(0, 1);
        await IndexAsync("n");

        var plan = Text(
            $"EXPLAIN QUERY PLAN SELECT e.id FROM index_entries e CROSS JOIN documents d ON d.doc = e.doc WHERE e.idx = 1 {range} ORDER BY e.key, e.id", 3);

        Assert.Matches(@"SEARCH e USING PRIMARY KEY \(idx=\? AND (key|\(key,id\)).*", plan);
    }

    private SqliteDocumentStore Open() =>
        new(new SqliteDocumentOptions { Directory = _folder.Path, Durable = false });

    private async Task CreateAsync(int from, int to)
    {
        var edits = Enumerable.Range(from, to - from).Select(i => new DocumentEdit(
            string.Create(CultureInfo.InvariantCulture, $"d{i:00000}"), null, false,
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\"n\":{i},\"m\":\"{i % 7}\",\"o\":[{i}]")))).ToList();
        Assert.All(await _store.EditAsync(Db, edits, Ct), result => Assert.Null(result.Failure));
    }

    private async Task DeleteAsync(string id)
    {
        var revision = (await _store.GetAsync(Db, id, ReadOptions.Winner, Ct))!.Revision;
        await _store.EditAsync(Db, [new DocumentEdit(id, revision, true, default)], Ct);
    }

    private Task<IndexCreation> IndexAsync(string field) =>
        _store.CreateIndexAsync(Db, IndexRequest.Create([new SortField(field)], field, field), Ct);

    /// <summary>How many documents the index on a field finds.</summary>
    private async Task<int> CountAsync(string field, int from)
    {
        var result = await _store.FindAsync(
            Db,
            new FindQuery
            {
                Selector = Selector.Parse(Encoding.UTF8.GetBytes($"{{\"{field}\":{{\"$gte\":{from}}}}}")),
                Fields = ["_id"],
                Limit = int.MaxValue,
                RequireIndex = true,
            },
            Ct);
        return result.Documents.Count;
    }

    private void Sql(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long Number(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private string Text(string sql, int column = 0)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        row.Read();
        return row.GetString(column);
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=false");
        connection.Open();
        return connection;
    }
}
