using Cozy.Storage.Documents;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

/// <content>Limits, purging, compaction, listing local documents.</content>
public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task The_revision_limit_can_be_changed()
    {
        await Store.CreateDatabaseAsync(Db, Ct);
        Assert.Equal(1000, await Store.GetRevisionsLimitAsync(Db, Ct));
        await Store.SetRevisionsLimitAsync(Db, 3, Ct);
        Assert.Equal(3, await Store.GetRevisionsLimitAsync(Db, Ct));
        Revision? parent = null;
        for (var i = 0; i < 6; i++)
            parent = await PutAsync("a", $"\"v\":{i}", parent);
        var details = await DetailsAsync("a");
        Assert.Equal([6, 5, 4], details.Revisions!.Select(r => r.Generation));
        await FailsAsync(StoreError.DatabaseMissing, () => Store.GetRevisionsLimitAsync(Db with { Name = "none" }, Ct));
        await FailsAsync(StoreError.DatabaseMissing, () => Store.SetRevisionsLimitAsync(Db with { Name = "none" }, 5, Ct));
    }

    [Fact]
    public async Task What_is_purged_was_never_there()
    {
        await ReplicateAsync(Replicated("a", "2-b 1-a"), Replicated("a", "2-c 1-a"), Replicated("b", "1-x"));
        var purged = await PurgeAsync(("a", "2-c 1-a"), ("b", "1-x"), ("none", "1-z"));
        Assert.Equal("2-c", purged["a"]);
        Assert.Equal("1-x", purged["b"]);
        Assert.Equal("", purged["none"]);
        Assert.Equal("2-b", await WinnerAsync("a"));
        Assert.Equal("", await ConflictsAsync("a"));
        Assert.Null(await GetAsync("b"));
        Assert.Equal(["a"], (await Store.ReadChangesAsync(Db, new ChangesQuery(), Ct)).Results.Select(c => c.Id));
        Assert.Equal((1, 0), ((await Store.GetInfoAsync(Db, Ct))!.DocumentCount, (await Store.GetInfoAsync(Db, Ct))!.DeletedCount));
        Assert.Equal(["a 2-c 1-a", "b 1-x", "none 1-z"], (await Store.ListPurgesAsync(Db, Ct)).Select(p => $"{p.Id} {Text(p.Revisions)}"));

        // Its id is free again, and begins a new history.
        Assert.Equal(1, (await PutAsync("b", "\"v\":1")).Generation);
    }

    [Fact]
    public async Task A_purged_tombstone_is_not_counted_any_more()
    {
        var first = await PutAsync("a");
        var second = await PutAsync("a", parent: first, deleted: true);
        Assert.Equal(second.ToString(), (await PurgeAsync(("a", second.ToString())))["a"]);
        var info = await Store.GetInfoAsync(Db, Ct);
        Assert.Equal((0, 0), (info!.DocumentCount, info.DeletedCount));
        Assert.Null(await GetAsync("a"));
    }

    [Fact]
    public async Task Compaction_drops_the_contents_of_revisions_that_were_replaced()
    {
        var first = await PutAsync("a", "\"v\":1");
        var second = await PutAsync("a", "\"v\":2", first);
        await ReplicateAsync(Replicated("c", "2-a 1-a", "\"v\":1"), Replicated("c", "2-b 1-a", "\"v\":2"));
        Assert.NotNull(await GetAsync("a", new ReadOptions { Revision = first }));

        await Store.CompactAsync(Db, Ct);
        while (await GetAsync("a", new ReadOptions { Revision = first }) is not null)
            await Task.Delay(20, Ct);

        Assert.Equal(second.ToString(), await WinnerAsync("a"));
        Assert.Equal(["available", "missing"], (await DetailsAsync("a")).RevisionsInfo!.Select(i => i.Status));
        Assert.Equal("\"v\":1", Text(await GetAsync("c", new ReadOptions { Revision = Rev("2-a") })));
        Assert.Equal("2-a", await ConflictsAsync("c"));
    }

    [Fact]
    public async Task Local_documents_are_listed_by_id()
    {
        await Store.CreateDatabaseAsync(Db, Ct);
        foreach (var id in new[] { "b", "a", "c/d" })
            await Store.PutLocalAsync(Db, id, null, Json("\"v\":1"), Ct);
        Assert.Equal(["a", "b", "c/d"], await LocalsAsync(new ListQuery()));
        Assert.Equal(["c/d", "b"], await LocalsAsync(new ListQuery { Descending = true, Limit = 2 }));
        Assert.Equal(["b", "c/d"], await LocalsAsync(new ListQuery { StartKey = "aa" }));
        Assert.Equal(["a"], await LocalsAsync(new ListQuery { EndKey = "b", InclusiveEnd = false }));
        Assert.Equal(["c/d", "a"], await LocalsAsync(new ListQuery { Keys = ["c/d", "none", "a"] }));
        var document = (await Store.ListLocalAsync(Db, new ListQuery(), Ct))[0];
        Assert.Equal(("0-1", "\"v\":1"), (document.Revision, System.Text.Encoding.UTF8.GetString(document.Members.Span)));
        await FailsAsync(StoreError.DatabaseMissing, () => Store.ListLocalAsync(Db with { Name = "none" }, new ListQuery(), Ct));
    }

    private async Task<IEnumerable<string>> LocalsAsync(ListQuery query) =>
        (await Store.ListLocalAsync(Db, query, Ct)).Select(d => d.Id);

    private async Task<Dictionary<string, string>> PurgeAsync(params (string Id, string Revisions)[] wanted)
    {
        var purged = await Store.PurgeAsync(
            Db, wanted.ToDictionary(w => w.Id, w => (IReadOnlyList<Revision>)Path(w.Revisions)), Ct);
        return purged.ToDictionary(p => p.Key, p => Text(p.Value));
    }
}
