using Cozy.Storage.Documents;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task A_reachable_store_answers_a_ping() => await Store.PingAsync(Ct);

    [Fact]
    public async Task A_database_is_created_once()
    {
        Assert.True(await Store.CreateDatabaseAsync(Db, Ct));
        Assert.False(await Store.CreateDatabaseAsync(Db, Ct));
    }

    [Fact]
    public async Task A_new_database_is_empty()
    {
        await Store.CreateDatabaseAsync(Db, Ct);
        var info = await Store.GetInfoAsync(Db, Ct);
        Assert.Equal((0, 0), (info!.DocumentCount, info.DeletedCount));
        Assert.StartsWith("0-", info.UpdateSequence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_database_has_no_info() => Assert.Null(await Store.GetInfoAsync(Db, Ct));

    [Fact]
    public async Task A_missing_database_cannot_be_deleted() => Assert.False(await Store.DeleteDatabaseAsync(Db, Ct));

    [Fact]
    public async Task Deleting_a_database_removes_its_documents()
    {
        await PutAsync("a", "\"v\":1");
        await Store.PutLocalAsync(Db, "l", null, Json(""), Ct);
        Assert.True(await Store.DeleteDatabaseAsync(Db, Ct));
        Assert.Null(await Store.GetInfoAsync(Db, Ct));
        Assert.True(await Store.CreateDatabaseAsync(Db, Ct));
        Assert.Null(await GetAsync("a"));
        Assert.Null(await Store.GetLocalAsync(Db, "l", Ct));
        Assert.Empty((await Store.ReadChangesAsync(Db, new ChangesQuery(), Ct)).Results);
    }

    [Theory]
    [InlineData("get")]
    [InlineData("leaves")]
    [InlineData("list")]
    [InlineData("changes")]
    [InlineData("diff")]
    [InlineData("local")]
    [InlineData("putlocal")]
    [InlineData("deletelocal")]
    public async Task Reading_a_missing_database_fails(string operation) =>
        await FailsAsync(StoreError.DatabaseMissing, async () => await (operation switch
        {
            "get" => GetAsync("a"),
            "leaves" => Store.GetLeavesAsync(Db, "a", null, false, false, Ct),
            "list" => Store.ListAsync(Db, new ListQuery(), Ct),
            "changes" => Store.ReadChangesAsync(Db, new ChangesQuery(), Ct),
            "diff" => Store.DiffRevisionsAsync(Db, new Dictionary<string, IReadOnlyList<Revision>> { ["a"] = Path("1-a") }, Ct),
            "local" => Store.GetLocalAsync(Db, "a", Ct),
            "putlocal" => Store.PutLocalAsync(Db, "a", null, Json(""), Ct),
            _ => (Task)Store.DeleteLocalAsync(Db, "a", Ct),
        }));

    [Fact]
    public async Task Editing_creates_the_database()
    {
        await PutAsync("a");
        Assert.Equal(1, (await Store.GetInfoAsync(Db, Ct))!.DocumentCount);
    }

    [Fact]
    public async Task Replicating_creates_the_database()
    {
        await ReplicateAsync(Replicated("a", "1-a"));
        Assert.Equal(1, (await Store.GetInfoAsync(Db, Ct))!.DocumentCount);
    }

    [Fact]
    public async Task Databases_of_a_partition_are_listed_in_name_order()
    {
        foreach (var name in new[] { "io-cozy-files", "b", "a_$()+-1" })
            await Store.CreateDatabaseAsync(Db with { Name = name }, Ct);
        Assert.Equal(
            ["a_$()+-1", "b", "io-cozy-files"], (await Store.ListDatabasesAsync(Db.Partition, Ct)).Select(d => d.Name));
    }

    [Fact]
    public async Task All_databases_are_listed_across_partitions()
    {
        await Store.CreateDatabaseAsync(Db, Ct);
        Assert.Contains(Db, await Store.ListDatabasesAsync(null, Ct));
    }

    [Fact]
    public async Task An_unknown_partition_has_no_databases() =>
        Assert.Empty(await Store.ListDatabasesAsync(Db.Partition, Ct));

    [Fact]
    public async Task Deleting_a_partition_removes_its_databases_and_no_others()
    {
        var other = new DatabaseName(Db.Partition + "x", "b");
        await PutAsync("a");
        await Store.CreateDatabaseAsync(Db with { Name = "b" }, Ct);
        await Store.CreateDatabaseAsync(other, Ct);
        await Store.DeletePartitionAsync(Db.Partition, Ct);
        Assert.Null(await Store.GetInfoAsync(Db, Ct));
        Assert.Empty(await Store.ListDatabasesAsync(Db.Partition, Ct));
        Assert.NotNull(await Store.GetInfoAsync(other, Ct));
        await Store.DeletePartitionAsync(other.Partition, Ct);
        await PutAsync("a", "\"again\":1");
        Assert.Equal("\"again\":1", Text(await GetAsync("a")));
    }

    [Fact]
    public async Task Deleting_an_unknown_partition_does_nothing() => await Store.DeletePartitionAsync(Db.Partition, Ct);

    [Theory]
    [InlineData("Abc")]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("a%")]
    public async Task Databases_with_illegal_names_are_refused(string name) =>
        await FailsAsync(StoreError.InvalidDatabaseName, () => Store.CreateDatabaseAsync(Db with { Name = name }, Ct));

    [Fact]
    public async Task Databases_of_a_partition_are_apart()
    {
        await PutAsync("a", "\"v\":1");
        var other = Db with { Name = "other" };
        await Store.CreateDatabaseAsync(other, Ct);
        Assert.Null(await Store.GetAsync(other, "a", ReadOptions.Winner, Ct));
        Assert.Empty((await Store.ListAsync(other, new ListQuery(), Ct)).Rows);
    }

    [Fact]
    public async Task Counts_follow_creations_deletions_and_conflicts()
    {
        var a = await PutAsync("a", "\"v\":1");
        await PutAsync("b");
        await ReplicateAsync(Replicated("c", "1-x"), Replicated("c", "1-y"), Replicated("d", "1-z", deleted: true));
        await PutAsync("a", "", a, deleted: true);
        var info = await Store.GetInfoAsync(Db, Ct);
        Assert.Equal((2, 2), (info!.DocumentCount, info.DeletedCount));
        await PutAsync("a", "\"v\":2");
        await ReplicateAsync(Replicated("c", "2-w 1-y", deleted: true));
        info = await Store.GetInfoAsync(Db, Ct);
        Assert.Equal((3, 1), (info!.DocumentCount, info.DeletedCount));
    }
}
