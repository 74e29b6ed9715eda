using Cozy.Storage.Documents;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

public abstract partial class DocumentStoreContract
{
    public static TheoryData<ListQuery, string, long?> Ranges => new()
    {
        { new(), "Z _design/x d0 d1 d2 d4 é", 0 },
        { new() { Descending = true }, "é d4 d2 d1 d0 _design/x Z", 0 },
        { new() { Limit = 2 }, "Z _design/x", 0 },
        { new() { Limit = 0 }, "", 0 },
        { new() { Skip = 3 }, "d1 d2 d4 é", 3 },
        { new() { Skip = 3, Limit = 2 }, "d1 d2", 3 },
        { new() { Skip = 100 }, "", 7 },
        { new() { Descending = true, Skip = 2, Limit = 2 }, "d2 d1", 2 },
        { new() { StartKey = "d1" }, "d1 d2 d4 é", 3 },
        { new() { EndKey = "d1" }, "Z _design/x d0 d1", 0 },
        { new() { StartKey = "d1", EndKey = "d4" }, "d1 d2 d4", 3 },
        { new() { StartKey = "d1", EndKey = "d4", InclusiveEnd = false }, "d1 d2", 3 },
        { new() { StartKey = "d4", EndKey = "d1" }, "", 5 },
        { new() { StartKey = "d4", EndKey = "d1", Descending = true }, "d4 d2 d1", 1 },
        { new() { StartKey = "d4", EndKey = "d1", Descending = true, InclusiveEnd = false }, "d4 d2", 1 },
        { new() { StartKey = "d3", Limit = 1 }, "d4", 5 },
        { new() { StartKey = "d3", EndKey = "d3" }, "", 5 },
        { new() { StartKey = "zz", EndKey = "zz" }, "", 6 },
        { new() { StartKey = "_design/", EndKey = "_design0" }, "_design/x", 1 },
        { new() { Keys = ["d1", "d3", "zz", "d0", "d1"] }, "d1 d3(deleted) zz(none) d0 d1", null },
        { new() { Keys = ["d1", "d0", "d2"], Descending = true }, "d2 d0 d1", null },
        { new() { Keys = ["d1", "d0", "d2"], Skip = 1, Limit = 1 }, "d0", null },
        { new() { Keys = [] }, "", null },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public async Task Documents_are_listed_by_id(ListQuery query, string expected, long? offset)
    {
        await FillAsync();
        var page = await Store.ListAsync(Db, query, Ct);
        Assert.Equal(expected, string.Join(' ', page.Rows.Select(r => r.Id + (r.Revision is null ? "(none)" : r.Deleted ? "(deleted)" : ""))));
        Assert.Equal((7, offset), (page.TotalRows, page.Offset));
        Assert.All(page.Rows, r => Assert.Null(r.Document));
    }

    [Fact]
    public async Task Listed_documents_carry_their_content_when_asked()
    {
        await FillAsync();
        var page = await Store.ListAsync(Db, new ListQuery { IncludeDocuments = true, StartKey = "d1", Limit = 2 }, Ct);
        Assert.Equal(["\"v\":\"d1\"", "\"v\":\"d2\""], page.Rows.Select(r => Text(r.Document)));
        Assert.Equal(page.Rows[0].Revision, page.Rows[0].Document!.Revision);
    }

    [Fact]
    public async Task Contents_of_all_lengths_are_listed_whole()
    {
        int[] lengths = [0, 1, 9_000, 16_000, 17_000, 70_000, 15_000, 15_000, 15_000, 15_000, 15_000, 100];
        var members = lengths.Select((length, n) => length == 0 ? "" : $"\"n\":{n},\"v\":\"{new string((char)('a' + n), length)}\"").ToList();
        await Store.EditAsync(Db, members.Select((text, n) => new DocumentEdit($"d{n:00}", null, false, Json(text))).ToList(), Ct);
        var page = await Store.ListAsync(Db, new ListQuery { IncludeDocuments = true }, Ct);
        Assert.Equal(members, page.Rows.Select(r => Text(r.Document)));
    }

    [Fact]
    public async Task Tombstones_listed_by_key_carry_no_content()
    {
        await FillAsync();
        var page = await Store.ListAsync(Db, new ListQuery { IncludeDocuments = true, Keys = ["d3", "zz", "d0"] }, Ct);
        Assert.Equal([null, null, "\"v\":\"d0\""], page.Rows.Select(r => r.Document is null ? null : Text(r.Document)));
    }

    [Fact]
    public async Task Ids_are_listed_in_the_order_of_their_bytes()
    {
        string[] ids = ["A", "a", "aa", "b", "z", "~", "é", "\u2028", "\uE000", "\uFFFD", "😀"];
        await Store.EditAsync(Db, ids.Reverse().Select(id => new DocumentEdit(id, null, false, Json(""))).ToList(), Ct);
        Assert.Equal(ids, (await Store.ListAsync(Db, new ListQuery(), Ct)).Rows.Select(r => r.Id));

        // One batch takes its sequence numbers in the same order.
        Assert.Equal(ids, (await Store.ReadChangesAsync(Db, new ChangesQuery(), Ct)).Results.Select(r => r.Id));
    }

    [Fact]
    public async Task A_document_with_conflicts_is_listed_once()
    {
        await ReplicateAsync(Replicated("a", "1-a"), Replicated("a", "1-b"));
        Assert.Equal(Rev("1-b"), Assert.Single((await Store.ListAsync(Db, new ListQuery(), Ct)).Rows).Revision);
    }

    [Fact]
    public async Task Every_change_moves_a_document_to_the_end_of_the_feed()
    {
        var b = await PutAsync("b");
        var a = await PutAsync("a");
        await PutAsync("c");
        Assert.Equal("1:b 2:a 3:c", await ChangesAsync());
        b = await PutAsync("b", "\"v\":2", b);
        Assert.Equal("2:a 3:c 4:b", await ChangesAsync());
        await PutAsync("a", "", a, deleted: true);
        Assert.Equal("3:c 4:b 5:a(deleted)", await ChangesAsync());
        await PutAsync("a", "\"v\":3");
        await AssertConflictAsync("b", "\"v\":9");
        Assert.Equal("3:c 4:b 6:a", await ChangesAsync());
        await ReplicateAsync(Replicated("b", "1-0"));
        Assert.Equal("3:c 6:a 7:b", await ChangesAsync());
    }

    [Fact]
    public async Task A_batch_is_numbered_in_the_order_of_ids()
    {
        await Store.EditAsync(Db, new[] { "z05", "z03", "z09", "z01" }.Select(id => new DocumentEdit(id, null, false, Json(""))).ToList(), Ct);
        await ReplicateAsync(Replicated("m2", "1-a"), Replicated("m1", "1-a"), Replicated("m2", "1-b"));
        Assert.Equal("1:z01 2:z03 3:z05 4:z09 5:m1 6:m2", await ChangesAsync());
    }

    [Fact]
    public async Task Local_documents_are_not_in_the_feed()
    {
        await PutAsync("a");
        await Store.PutLocalAsync(Db, "l", null, Json(""), Ct);
        Assert.Equal("1:a", await ChangesAsync());
        Assert.Equal(1, (await Store.ListAsync(Db, new ListQuery(), Ct)).TotalRows);
    }

    [Fact]
    public async Task The_feed_goes_on_from_every_sequence()
    {
        await FillAsync();
        var all = await Store.ReadChangesAsync(Db, new ChangesQuery(), Ct);
        for (var i = 0; i < all.Results.Count; i++)
        {
            var rest = await Store.ReadChangesAsync(Db, new ChangesQuery { Since = all.Results[i].Sequence }, Ct);
            Assert.Equal(all.Results.Skip(i + 1).Select(c => c.Id), rest.Results.Select(c => c.Id));
            Assert.Equal(Number(all.LastSequence), Number(rest.LastSequence));
        }
    }

    [Theory]
    [InlineData(0, null, "d2 d0 d4 d3")]
    [InlineData(1, null, "d0 d4 d3")]
    [InlineData(1, 2, "d0 d4")]
    [InlineData(9, 2, "")]
    public async Task A_feed_that_runs_backwards_goes_on_by_leaving_out(int skip, int? limit, string expected)
    {
        await PutAsync("d3");
        await PutAsync("d4");
        await PutAsync("d0");
        await PutAsync("d2");
        var page = await Store.ReadChangesAsync(Db, new ChangesQuery { Descending = true, Skip = skip, Limit = limit }, Ct);
        Assert.Equal(expected, string.Join(' ', page.Results.Select(c => c.Id)));
    }

    [Fact]
    public async Task The_feed_is_read_in_pages()
    {
        await FillAsync();
        var seen = new List<string>();
        var since = "0";
        for (var pending = 8L; pending > 0;)
        {
            var page = await Store.ReadChangesAsync(Db, new ChangesQuery { Since = since, Limit = 3 }, Ct);
            pending -= page.Results.Count;
            Assert.Equal(pending, page.Pending);
            seen.AddRange(page.Results.Select(c => c.Id));
            since = page.LastSequence;
        }

        Assert.Equal(8, seen.Distinct().Count());
        Assert.Empty((await Store.ReadChangesAsync(Db, new ChangesQuery { Since = since }, Ct)).Results);
    }

    [Fact]
    public async Task No_limit_and_limit_zero_are_told_apart()
    {
        await FillAsync();
        var none = await Store.ReadChangesAsync(Db, new ChangesQuery { Limit = 0 }, Ct);
        Assert.Empty(none.Results);
        Assert.Equal((0, 8), (Number(none.LastSequence), none.Pending));
    }

    [Fact]
    public async Task Now_is_the_end_of_the_feed()
    {
        await FillAsync();
        var page = await Store.ReadChangesAsync(Db, new ChangesQuery { Since = "now" }, Ct);
        Assert.Empty(page.Results);
        Assert.Equal((9, 0), (Number(page.LastSequence), page.Pending));
        await PutAsync("new");
        var next = await Store.ReadChangesAsync(Db, new ChangesQuery { Since = page.LastSequence }, Ct);
        Assert.Equal("new", Assert.Single(next.Results).Id);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("\"0\"")]
    public async Task A_malformed_since_is_refused(string since)
    {
        await PutAsync("a");
        await FailsAsync(StoreError.InvalidDocument, () => Store.ReadChangesAsync(Db, new ChangesQuery { Since = since }, Ct));
    }

    [Fact]
    public async Task The_feed_is_read_backwards()
    {
        await FillAsync();
        var page = await Store.ReadChangesAsync(Db, new ChangesQuery { Descending = true, Limit = 2 }, Ct);
        var all = await Store.ReadChangesAsync(Db, new ChangesQuery(), Ct);
        Assert.Equal(all.Results.Reverse().Take(2).Select(c => c.Id), page.Results.Select(c => c.Id));
        Assert.Equal((page.Results[^1].Sequence, 6), (page.LastSequence, page.Pending));
    }

    [Fact]
    public async Task Changes_carry_all_leaves_when_asked()
    {
        await ReplicateAsync(Replicated("c", "1-a"), Replicated("c", "1-b"), Replicated("c", "1-c", deleted: true), Replicated("c", "3-d", deleted: true));
        var change = Assert.Single((await Store.ReadChangesAsync(Db, new ChangesQuery { AllLeaves = true }, Ct)).Results);
        Assert.Equal("1-b 1-a 3-d 1-c", Text(change.Leaves));
        Assert.False(change.Deleted);
        Assert.Equal("1-b", Text(Assert.Single((await Store.ReadChangesAsync(Db, new ChangesQuery(), Ct)).Results).Leaves));
    }

    [Fact]
    public async Task Changes_carry_documents_when_asked_tombstones_too()
    {
        var a = await PutAsync("a", "\"v\":1");
        await PutAsync("b", "\"v\":2");
        await PutAsync("a", "\"why\":1", a, deleted: true);
        var page = await Store.ReadChangesAsync(Db, new ChangesQuery { IncludeDocuments = true }, Ct);
        Assert.Equal(["\"v\":2", "\"why\":1"], page.Results.Select(c => Text(c.Document)));
        Assert.Equal([false, true], page.Results.Select(c => c.Document!.Deleted));
    }

    [Fact]
    public async Task Changes_of_chosen_documents_are_read()
    {
        await FillAsync();
        var page = await Store.ReadChangesAsync(Db, new ChangesQuery { DocumentIds = ["d2", "d1", "zz"] }, Ct);
        Assert.Equal("d1 d2", string.Join(' ', page.Results.Select(c => c.Id)));
        Assert.Equal(9, Number(page.LastSequence));
    }

    [Fact]
    public async Task A_local_document_is_kept_with_a_counter()
    {
        await Store.CreateDatabaseAsync(Db, Ct);
        Assert.Null(await Store.GetLocalAsync(Db, "a", Ct));
        Assert.Equal("0-1", await Store.PutLocalAsync(Db, "a", null, Json("\"x\":1"), Ct));
        Assert.Equal("0-2", await Store.PutLocalAsync(Db, "a", "0-1", Json("\"x\":2"), Ct));
        Assert.Equal("0-2", await Store.PutLocalAsync(Db, "a", "0-1", Json("\"x\":3"), Ct));
        Assert.Equal("0-10", await Store.PutLocalAsync(Db, "a", "0-9", Json("\"x\":4"), Ct));
        var document = await Store.GetLocalAsync(Db, "a", Ct);
        Assert.Equal(("a", "0-10", "\"x\":4"), (document!.Id, document.Revision, System.Text.Encoding.UTF8.GetString(document.Members.Span)));
    }

    [Fact]
    public async Task A_local_document_is_deleted_once()
    {
        await Store.CreateDatabaseAsync(Db, Ct);
        await Store.PutLocalAsync(Db, "b/c", null, Json(""), Ct);
        Assert.True(await Store.DeleteLocalAsync(Db, "b/c", Ct));
        Assert.False(await Store.DeleteLocalAsync(Db, "b/c", Ct));
        Assert.Null(await Store.GetLocalAsync(Db, "b/c", Ct));
        Assert.Equal("0-1", await Store.PutLocalAsync(Db, "b/c", null, Json(""), Ct));
    }

    private static int Number(string sequence) =>
        int.Parse(sequence.Split('-')[0], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Seven documents and a tombstone; nine changes.</summary>
    private async Task FillAsync()
    {
        string[] ids = ["d0", "d1", "d2", "d3", "d4"];
        var results = await Store.EditAsync(Db, ids.Select(id => new DocumentEdit(id, null, false, Json($"\"v\":\"{id}\""))).ToList(), Ct);
        foreach (var id in new[] { "_design/x", "Z", "é" })
            await PutAsync(id);
        await PutAsync("d3", "", results[3].Revision, deleted: true);
    }

    private async Task<string> ChangesAsync()
    {
        var page = await Store.ReadChangesAsync(Db, new ChangesQuery(), Ct);
        Assert.Equal(page.Results.Count == 0 ? 0 : Number(page.Results[^1].Sequence), Number(page.LastSequence));
        Assert.Equal(0, page.Pending);
        return string.Join(' ', page.Results.Select(c => $"{Number(c.Sequence)}:{c.Id}{(c.Deleted ? "(deleted)" : "")}"));
    }
}
