using Cozy.Storage.Documents;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

public abstract partial class DocumentStoreContract
{
    [Theory]
    [InlineData("")]
    [InlineData("\"v\":1")]
    [InlineData("\"b\":1,\"a\":{\"x\":[1,2.5,null]}")]
    [InlineData("\"n\":12345678901234567890123,\"f\":1e+21,\"z\":1.0")]
    [InlineData("\"s\":\"é😀\\\"\\u0000\\n\"")]
    [InlineData("\"\":{}")]
    public async Task A_document_is_read_as_it_was_written(string members)
    {
        var revision = await PutAsync("a", members);
        var document = await GetAsync("a");
        Assert.Equal(("a", revision, false, members), (document!.Id, document.Revision, document.Deleted, Text(document)));
        Assert.Equal(1, revision.Generation);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("é😀")]
    [InlineData("_design/x")]
    [InlineData("io.cozy.apps/drive")]
    [InlineData("a b?c#d%2Fe+f")]
    [InlineData("\"quoted\"")]
    [InlineData("..")]
    public async Task Ids_may_be_any_text(string id)
    {
        await PutAsync(id, "\"v\":1");
        Assert.Equal(id, (await GetAsync(id))!.Id);
        Assert.Equal(id, Assert.Single((await Store.ListAsync(Db, new ListQuery(), Ct)).Rows).Id);
        Assert.Equal(id, Assert.Single((await Store.ReadChangesAsync(Db, new ChangesQuery(), Ct)).Results).Id);
    }

    [Theory]
    [InlineData("_x")]
    [InlineData("_design")]
    [InlineData("_design/")]
    [InlineData("__")]
    public async Task Illegal_ids_refuse_the_whole_batch(string id)
    {
        await Store.CreateDatabaseAsync(Db, Ct);
        var edits = new[] { new DocumentEdit("good", null, false, Json("")), new DocumentEdit(id, null, false, Json("")) };
        var failure = await FailsAsync(StoreError.InvalidDocument, () => Store.EditAsync(Db, edits, Ct));
        Assert.Equal("illegal_docid", failure.Error);
        Assert.Null(await GetAsync("good"));
    }

    [Fact]
    public async Task A_document_that_never_was_is_null()
    {
        await Store.CreateDatabaseAsync(Db, Ct);
        Assert.Null(await GetAsync("a"));
        Assert.Null(await GetAsync("a", new ReadOptions { Revision = Rev("1-a") }));
        Assert.Null(await GetAsync("a", new ReadOptions { WithRevisions = true }));
    }

    [Fact]
    public async Task Creating_twice_conflicts()
    {
        await PutAsync("a", "\"v\":1");
        await AssertConflictAsync("a", "\"v\":1");
        await AssertConflictAsync("a", "\"v\":2");
        await AssertConflictAsync("a", "", deleted: true);
        Assert.Equal("\"v\":1", Text(await GetAsync("a")));
    }

    [Fact]
    public async Task An_update_with_the_current_revision_replaces_the_content()
    {
        var first = await PutAsync("a", "\"v\":1");
        var second = await PutAsync("a", "\"v\":2", first);
        Assert.Equal(2, second.Generation);
        Assert.Equal((second, "\"v\":2"), ((await GetAsync("a"))!.Revision, Text(await GetAsync("a"))));
    }

    [Fact]
    public async Task An_update_with_an_old_revision_conflicts()
    {
        var first = await PutAsync("a", "\"v\":1");
        await PutAsync("a", "\"v\":2", first);
        await AssertConflictAsync("a", "\"v\":3", first);
        await AssertConflictAsync("a", "", first, deleted: true);
        Assert.Equal("\"v\":2", Text(await GetAsync("a")));
    }

    [Theory]
    [InlineData("1-abc")]
    [InlineData("2-abc")]
    [InlineData("9-ffffffffffffffffffffffffffffffff")]
    public async Task An_update_with_an_unknown_revision_conflicts(string parent)
    {
        await PutAsync("a", "\"v\":1");
        await AssertConflictAsync("a", "\"v\":2", Rev(parent));
    }

    [Fact]
    public async Task An_edit_that_names_a_parent_in_an_empty_database_conflicts()
    {
        await Store.CreateDatabaseAsync(Db, Ct);
        await AssertConflictAsync("a", "\"v\":1", Rev("1-abc"));
        Assert.Null(await GetAsync("a"));
    }

    [Fact]
    public async Task The_same_edit_gets_the_same_revision_everywhere()
    {
        var other = Db with { Name = "other" };
        var here = await PutAsync("a", "\"v\":1");
        var there = Assert.Single(await Store.EditAsync(other, [new DocumentEdit("b", null, false, Json("\"v\":1"))], Ct));
        Assert.Equal(here, there.Revision);
    }

    [Fact]
    public async Task A_deleted_document_is_read_as_a_tombstone()
    {
        var first = await PutAsync("a", "\"v\":1");
        var second = await PutAsync("a", "", first, deleted: true);
        var document = await GetAsync("a");
        Assert.Equal((second, true, ""), (document!.Revision, document.Deleted, Text(document)));
    }

    [Fact]
    public async Task A_tombstone_may_have_content()
    {
        var first = await PutAsync("a", "\"v\":1");
        await PutAsync("a", "\"why\":\"gone\",\"n\":[1,{\"a\":2}]", first, deleted: true);
        Assert.Equal("\"why\":\"gone\",\"n\":[1,{\"a\":2}]", Text(await GetAsync("a")));
    }

    [Fact]
    public async Task A_document_may_begin_as_a_tombstone()
    {
        await PutAsync("a", "\"z\":1", deleted: true);
        Assert.True((await GetAsync("a"))!.Deleted);
        var second = await PutAsync("a", "\"x\":1");
        Assert.Equal(2, second.Generation);
    }

    [Fact]
    public async Task A_deleted_document_is_created_again_on_top_of_its_tombstone()
    {
        var first = await PutAsync("a", "\"v\":1");
        var second = await PutAsync("a", "", first, deleted: true);
        var third = await PutAsync("a", "\"v\":1");
        Assert.Equal([third, second, first], (await DetailsAsync("a")).Revisions!);
        Assert.Equal(3, third.Generation);
    }

    [Fact]
    public async Task A_tombstone_cannot_be_named_as_parent_nor_deleted_again()
    {
        var first = await PutAsync("a", "\"v\":1");
        var tombstone = await PutAsync("a", "", first, deleted: true);
        await AssertConflictAsync("a", "\"v\":2", tombstone);
        await AssertConflictAsync("a", "\"v\":2", first);
        await AssertConflictAsync("a", "", deleted: true);
    }

    [Fact]
    public async Task Edits_of_a_batch_are_decided_each_on_its_own()
    {
        var a = await PutAsync("a", "\"v\":1");
        var results = await Store.EditAsync(
            Db,
            [
                new DocumentEdit("a", null, false, Json("")),
                new DocumentEdit("b", null, false, Json("")),
                new DocumentEdit("a", a, false, Json("\"v\":2")),
                new DocumentEdit("a", Rev("7-x"), false, Json("\"v\":9")),
            ],
            Ct);
        Assert.Equal(["a", "b", "a", "a"], results.Select(r => r.Id));
        Assert.Equal([false, true, true, false], results.Select(r => r.Failure is null));
        Assert.Equal("\"v\":2", Text(await GetAsync("a")));
    }

    [Fact]
    public async Task The_second_document_of_an_id_in_a_batch_conflicts()
    {
        var results = await Store.EditAsync(
            Db,
            [
                new DocumentEdit("d", null, false, Json("\"v\":1")),
                new DocumentEdit("d", null, false, Json("\"v\":2")),
                new DocumentEdit("d", null, false, Json("\"v\":1")),
            ],
            Ct);
        Assert.Equal([true, false, false], results.Select(r => r.Failure is null));
        Assert.Equal("\"v\":1", Text(await GetAsync("d")));
        Assert.Empty(await ConflictsAsync("d"));
    }

    [Fact]
    public async Task An_empty_batch_has_no_results()
    {
        await Store.CreateDatabaseAsync(Db, Ct);
        Assert.Empty(await Store.EditAsync(Db, [], Ct));
        Assert.Empty(await Store.ReplicateAsync(Db, [], Ct));
    }

    [Fact]
    public async Task Every_branch_of_a_conflict_can_be_edited()
    {
        await ReplicateAsync(Replicated("a", "2-b 1-a", "\"v\":\"b\""), Replicated("a", "2-c 1-a", "\"v\":\"c\""));
        var third = await PutAsync("a", "\"v\":\"b3\"", Rev("2-b"));
        Assert.Equal(third.ToString(), await WinnerAsync("a"));
        Assert.Equal("2-c", await ConflictsAsync("a"));
        var closed = await PutAsync("a", "", Rev("2-c"), deleted: true);
        Assert.Empty(await ConflictsAsync("a"));
        Assert.Equal([closed], (await DetailsAsync("a")).DeletedConflicts!);
        Assert.Equal("\"v\":\"b3\"", Text(await GetAsync("a")));
    }

    [Fact]
    public async Task Deleting_the_winner_uncovers_the_next_branch()
    {
        await ReplicateAsync(Replicated("a", "2-b 1-a", "\"v\":\"b\""), Replicated("a", "2-c 1-a", "\"v\":\"c\""));
        await PutAsync("a", "", Rev("2-c"), deleted: true);
        Assert.Equal(("2-b", "\"v\":\"b\""), (await WinnerAsync("a"), Text(await GetAsync("a"))));
        await PutAsync("a", "", Rev("2-b"), deleted: true);
        Assert.True((await GetAsync("a"))!.Deleted);
    }

    [Fact]
    public async Task Old_revisions_stay_readable()
    {
        var first = await PutAsync("a", "\"v\":1");
        var second = await PutAsync("a", "\"v\":2", first);
        var third = await PutAsync("a", "", second, deleted: true);
        Assert.Equal("\"v\":1", Text(await GetAsync("a", new ReadOptions { Revision = first })));
        Assert.Equal("\"v\":2", Text(await GetAsync("a", new ReadOptions { Revision = second })));
        Assert.True((await GetAsync("a", new ReadOptions { Revision = third }))!.Deleted);
        Assert.Null(await GetAsync("a", new ReadOptions { Revision = Rev("1-abc") }));
    }

    [Fact]
    public async Task A_large_document_is_kept()
    {
        var text = new string('x', 1_000_000);
        await PutAsync("a", $"\"v\":\"{text}\"");
        Assert.Equal($"\"v\":\"{text}\"", Text(await GetAsync("a")));
    }

    [Fact]
    public async Task A_document_that_is_too_large_refuses_the_whole_batch()
    {
        await Store.CreateDatabaseAsync(Db, Ct);
        var large = Json($"\"v\":\"{new string('x', 8_100_000)}\"");
        await FailsAsync(StoreError.TooLarge, () => Store.EditAsync(
            Db, [new DocumentEdit("ok", null, false, Json("")), new DocumentEdit("big", null, false, large)], Ct));
        Assert.Null(await GetAsync("ok"));
    }

    [Fact]
    public async Task Of_writers_with_the_same_revision_one_wins()
    {
        var revision = await PutAsync("a", "\"v\":0");
        for (var round = 1; round <= 5; round++)
        {
            var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
                TryPutAsync("a", $"\"v\":{round},\"w\":{i}", revision)));
            revision = Assert.Single(results, r => r.Failure is null).Revision!.Value;
            Assert.Equal(revision, (await GetAsync("a"))!.Revision);
        }
    }
}
