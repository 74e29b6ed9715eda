using System.Globalization;
using System.Text;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

/// <summary>Random operations on the store and on a model of it that only knows sets of histories.</summary>
public sealed class RandomEditsTests(ITestOutputHelper output) : IDisposable
{
    private static readonly DatabaseName Db = new("alice", "notes");
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(null)]
    public async Task The_store_agrees_with_the_model(int? given)
    {
        var seed = given ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var model = new DocumentModel();
        var store = Open();
        for (var step = 0; step < 600; step++)
        {
            var id = $"d{random.Next(8)}";
            if (random.Next(3) == 0)
                await ReplicateAsync(store, model, random);
            else
                await EditAsync(store, model, random, id, step);
            await CompareAsync(store, model, id);
            if (random.Next(300) == 0)
            {
                await store.DisposeAsync();
                store = Open();
            }
        }

        var info = await store.GetInfoAsync(Db, Ct);
        Assert.Equal((model.Living, model.Deleted), (info!.DocumentCount, info.DeletedCount));
        var feed = await store.ReadChangesAsync(Db, new ChangesQuery { AllLeaves = true }, Ct);
        Assert.Equal(model.Feed(), feed.Results.Select(c => c.Id));
        await store.DisposeAsync();
    }

    /// <summary>
    /// Thousands of short lives of documents: edits, conflicts, deletions, replicated batches, compaction and a limit on
    /// revisions, all of them compared at their end.
    /// </summary>
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(null)]
    public async Task Thousands_of_short_sequences_agree_with_the_model(int? given)
    {
        var seed = given ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var store = Open();
        foreach (var limit in new[] { 1, 2, 4, 1000 })
        {
            var database = Db with { Name = $"limit{limit}" };
            await store.CreateDatabaseAsync(database, Ct);
            await store.SetRevisionsLimitAsync(database, limit, Ct);
            for (var sequence = 0; sequence < 400; sequence++)
            {
                var model = new DocumentModel { Limit = limit };
                await RunSequenceAsync(store, database, model, random, $"s{sequence}-");
                foreach (var id in model.Ids.ToList())
                    await CompareAsync(store, model, id, database);
            }

            Assert.Equal(0, await CountUnusedBodiesAsync(store, database));
        }
    }

    private static async Task RunSequenceAsync(
        SqliteDocumentStore store, DatabaseName database, DocumentModel model, Random random, string prefix)
    {
        for (var step = random.Next(3, 15); step > 0; step--)
        {
            var id = prefix + random.Next(2);
            switch (random.Next(20))
            {
                case 0:
                    await store.CompactAsync(database, Ct);
                    model.Compact();
                    break;
                case < 7:
                    await ReplicateAsync(store, model, random, database, () => prefix + random.Next(2));
                    break;
                default:
                    await EditAsync(store, model, random, id, step, database);
                    break;
            }
        }
    }

    /// <summary>What the engine counts as droppable is what compaction drops.</summary>
    private static async Task<long> CountUnusedBodiesAsync(SqliteDocumentStore store, DatabaseName database)
    {
        await store.CompactAsync(database, Ct);
        var superseded = 0L;
        foreach (var row in (await store.ListAsync(database, new ListQuery(), Ct)).Rows)
        {
            var document = await store.GetAsync(database, row.Id, new ReadOptions { WithRevisionsInfo = true }, Ct);
            superseded += document!.Details!.RevisionsInfo!.Skip(1).Count(info => info.Status == "available");
        }

        return superseded;
    }

    private static async Task EditAsync(
        SqliteDocumentStore store, DocumentModel model, Random random, string id, int step, DatabaseName? database = null)
    {
        var known = model.Revisions(id);
        Revision? parent = random.Next(4) switch
        {
            0 => null,
            1 when known.Count > 0 => known[random.Next(known.Count)],
            _ => model.Leaves(id) is { Count: > 0 } leaves ? leaves[random.Next(leaves.Count)] : null,
        };
        var deleted = random.Next(4) == 0;
        var members = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\"s\":{step}"));
        var expected = model.Edit(id, parent, deleted, members);
        var result = Assert.Single(await store.EditAsync(database ?? Db, [new DocumentEdit(id, parent, deleted, members)], Ct));
        Assert.Equal(expected, result.Revision);
        Assert.Equal(expected is null, result.Failure is not null);
    }

    private static async Task ReplicateAsync(
        SqliteDocumentStore store, DocumentModel model, Random random, DatabaseName? database = null, Func<string>? name = null)
    {
        var edits = new List<ReplicatedEdit>();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var id = name?.Invoke() ?? $"d{random.Next(8)}";
            var path = model.RandomPath(id, random);
            edits.Add(new ReplicatedEdit(id, path, random.Next(4) == 0, Encoding.UTF8.GetBytes($"\"r\":\"{path[0]}\"")));
        }

        model.Replicate(edits);
        Assert.Empty(await store.ReplicateAsync(database ?? Db, edits, Ct));
    }

    private static async Task CompareAsync(
        SqliteDocumentStore store, DocumentModel model, string id, DatabaseName? database = null)
    {
        if (model.Leaves(id).Count == 0)
            return;
        var leaves = await store.GetLeavesAsync(database ?? Db, id, null, false, true, Ct);
        Assert.Equal(
            model.Leaves(id).Select(l => model.Describe(id, l)).Order(StringComparer.Ordinal),
            leaves!.Select(l => DocumentModel.Describe(l.Document!)).Order(StringComparer.Ordinal));
        var winner = await store.GetAsync(database ?? Db, id, new ReadOptions { WithRevisions = true }, Ct);
        Assert.Equal(model.Describe(id, model.Winner(id)), DocumentModel.Describe(winner!));
        var plain = await store.GetAsync(database ?? Db, id, ReadOptions.Winner, Ct);
        Assert.Equal((winner!.Revision, winner.Deleted, Encoding.UTF8.GetString(winner.Members.Span)),
            (plain!.Revision, plain.Deleted, Encoding.UTF8.GetString(plain.Members.Span)));
    }

    private SqliteDocumentStore Open() => new(new SqliteDocumentOptions { Directory = _folder.Path, Durable = false });
}
