using System.Text;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Cozy.Storage.Documents.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

/// <summary>
/// Files that the program itself wrote when its tables had an older version (<c>OldFiles</c>): with edited, deleted and
/// conflicting documents, an index, a local document and a second database. Nothing of them may be lost.
/// </summary>
public sealed class OldFilesTests : IDisposable
{
    private static readonly DatabaseName Db = new("alice", "io-cozy-notes");
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int> Versions => [.. Enumerable.Range(1, Schema.Current - 1)];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.Path, "alice.sqlite");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Everything_in_a_file_of_an_older_version_is_there_and_can_be_changed(int version)
    {
        System.IO.File.Copy(Path.Combine(AppContext.BaseDirectory, "Documents", "OldFiles", $"version-{version}.sqlite"), File);
        Assert.Equal(version, Number("PRAGMA user_version"));
        await using (var store = new SqliteDocumentStore(new SqliteDocumentOptions { Directory = _folder.Path, Durable = false }))
        {
            await CheckDocumentsAsync(store);
            await CheckIndexAsync(store);
            await ChangeAsync(store);
        }

        Assert.Equal(Schema.Current, Number("PRAGMA user_version"));
        Assert.Equal("ok", Scalar("PRAGMA integrity_check"));
    }

    private static async Task CheckDocumentsAsync(SqliteDocumentStore store)
    {
        Assert.Equal([Db, Db with { Name = "io-cozy-todos" }], await store.ListDatabasesAsync("alice", Ct));
        var info = (await store.GetInfoAsync(Db, Ct))!;
        Assert.Equal((35L, 1L), (info.DocumentCount, info.DeletedCount));
        Assert.StartsWith("41-", info.UpdateSequence, StringComparison.Ordinal);
        Assert.Equal(36, (await store.ReadChangesAsync(Db, new ChangesQuery(), Ct)).Results.Count);

        Assert.Equal("\"n\":4", await ReadAsync(store, "a"));
        Assert.Equal("\"n\":10,\"text\":\"é 🎈\",\"big\":123456789012345678901234567890,\"f\":1.50", await ReadAsync(store, "b"));
        Assert.Equal("\"n\":11", await ReadAsync(store, "id with / and é"));
        Assert.True((await store.GetAsync(Db, "gone", ReadOptions.Winner, Ct))!.Deleted);
        Assert.Equal("\"seq\":7", Encoding.UTF8.GetString((await store.GetLocalAsync(Db, "checkpoint", Ct))!.Members.Span));

        // All revisions and their contents.
        var a = await store.GetAsync(Db, "a", new ReadOptions { WithRevisions = true, WithRevisionsInfo = true }, Ct);
        Assert.Equal([5, 4, 3, 2, 1], a!.Details!.Revisions!.Select(revision => revision.Generation));
        Assert.All(a.Details.RevisionsInfo!, revision => Assert.Equal("available", revision.Status));
        Assert.Equal(
            ["2-bbbb \"n\":20,\"from\":\"b\"", "2-cccc \"n\":21,\"from\":\"c\""],
            (await store.GetLeavesAsync(Db, "conflict", null, false, true, Ct))!
                .Select(leaf => $"{leaf.Document!.Revision} {Encoding.UTF8.GetString(leaf.Document.Members.Span)}").Order(StringComparer.Ordinal));
    }

    private static async Task CheckIndexAsync(SqliteDocumentStore store)
    {
        Assert.Equal(["_all_docs", "by-n"], (await store.ListIndexesAsync(Db, Ct)).Select(index => index.Name));
        Assert.Equal(30, (await FindAsync(store, 100)).Documents.Count);
        Assert.Null((await FindAsync(store, 100)).Warning);
    }

    private static async Task ChangeAsync(SqliteDocumentStore store)
    {
        var b = await store.GetAsync(Db, "b", ReadOptions.Winner, Ct);
        var edit = new DocumentEdit("b", b!.Revision, false, "\"n\":200"u8.ToArray())
        {
            Attachments = [new AttachmentEdit("f") { Data = "x"u8.ToArray() }],
        };
        Assert.Null(Assert.Single(await store.EditAsync(Db, [edit], Ct)).Failure);
        Assert.Equal(31, (await FindAsync(store, 100)).Documents.Count);
        await store.CompactAsync(Db, Ct);
        Assert.Equal("\"n\":4", await ReadAsync(store, "a"));
        Assert.Equal(2, (await store.GetLeavesAsync(Db, "conflict", null, false, false, Ct))!.Count);
        Assert.StartsWith("42-", (await store.GetInfoAsync(Db, Ct))!.UpdateSequence, StringComparison.Ordinal);
    }

    private static Task<FindResult> FindAsync(SqliteDocumentStore store, int least) => store.FindAsync(
        Db, FindQuery.Parse(Encoding.UTF8.GetBytes($$$"""{"selector":{"n":{"$gte":{{{least}}}}},"limit":100,"use_index":"by-n"}""")), Ct);

    private static async Task<string> ReadAsync(SqliteDocumentStore store, string id) =>
        Encoding.UTF8.GetString((await store.GetAsync(Db, id, ReadOptions.Winner, Ct))!.Members.Span);

    private long Number(string sql) => (long)Scalar(sql);

    private object Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar()!;
    }
}
