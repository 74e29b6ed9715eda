using Cozy.Storage.Documents;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

public abstract partial class DocumentStoreContract
{
    private const string Low = "00000000000000000000000000000001";
    private const string High = "ff000000000000000000000000000000";

    [Theory]
    [InlineData("1-a", "1-b", "1-b")]
    [InlineData("1-b", "1-a", "1-b")]
    [InlineData("2-a 1-x", "1-z", "2-a")]
    [InlineData("1-z", "2-a 1-x", "2-a")]
    [InlineData("10-a", "9-b", "10-a")]
    [InlineData("1-" + Low, "1-" + High, "1-" + High)]
    [InlineData("1-a", "1-aa", "1-aa")]
    [InlineData("1-B", "1-a", "1-a")]
    [InlineData("1-!", "1-" + Low, "1-!")]
    [InlineData("1-z", "1-" + High, "1-" + High)]
    public async Task The_longer_history_wins_then_the_greater_hash(string one, string other, string winner)
    {
        await ReplicateAsync(Replicated("a", one, "\"v\":1"), Replicated("a", other, "\"v\":2"));
        Assert.Equal(winner, await WinnerAsync("a"));
        Assert.Equal(winner == one.Split(' ')[0] ? "\"v\":1" : "\"v\":2", Text(await GetAsync("a")));
    }

    [Theory]
    [InlineData("1-a", "1-b", "1-a")]
    [InlineData("1-a", "5-b", "1-a")]
    public async Task A_living_branch_wins_over_a_deleted_one(string living, string deleted, string winner)
    {
        await ReplicateAsync(Replicated("a", deleted, deleted: true), Replicated("a", living));
        Assert.Equal(winner, await WinnerAsync("a"));
        Assert.Equal(deleted, Text((await DetailsAsync("a")).DeletedConflicts!));
    }

    [Fact]
    public async Task Among_tombstones_the_same_order_decides()
    {
        await ReplicateAsync(Replicated("a", "2-x 1-a", "\"v\":1", true), Replicated("a", "2-y 1-a", "\"v\":2", true));
        Assert.Equal("2-y deleted", await WinnerAsync("a"));
    }

    [Fact]
    public async Task Hex_digits_in_upper_case_are_the_same_revision()
    {
        await ReplicateAsync(
            Replicated("a", "1-ABCDEF00000000000000000000000000", "\"v\":1"),
            Replicated("a", "1-abcdef00000000000000000000000000", "\"v\":2"));
        Assert.Equal("1-abcdef00000000000000000000000000", await WinnerAsync("a"));
        Assert.Empty(await ConflictsAsync("a"));
    }

    public static TheoryData<string[], string> Histories => new()
    {
        // What is merged, in order; then every leaf with its history.
        { ["2-b 1-a", "3-c 2-b"], "3-c 2-b 1-a" },
        { ["2-b 1-a", "4-d 3-c"], "2-b 1-a | 4-d 3-c" },
        { ["2-b 1-a", "4-d 3-c", "3-c 2-b"], "4-d 3-c 2-b 1-a" },
        { ["2-b 1-a", "4-d 3-c", "3-x 2-b", "3-c 2-b"], "3-x 2-b 1-a | 4-d 3-c 2-b 1-a" },
        { ["4-d 3-c", "2-b 1-a", "3-c 2-b"], "4-d 3-c 2-b 1-a" },
        { ["1-a", "4-d 3-c", "3-c 2-b", "2-b 1-a"], "4-d 3-c 2-b 1-a" },
        { ["4-d 3-c", "3-c 2-b", "1-a", "2-b 1-a"], "4-d 3-c 2-b 1-a" },
        { ["3-c 2-b 1-a", "3-d 2-b 1-a", "2-e 1-a"], "2-e 1-a | 3-c 2-b 1-a | 3-d 2-b 1-a" },
        { ["2-e 1-a", "3-d 2-b 1-a", "3-c 2-b 1-a"], "2-e 1-a | 3-c 2-b 1-a | 3-d 2-b 1-a" },
        { ["2-b 1-a", "3-e 2-d 1-c", "2-f 1-c"], "2-b 1-a | 2-f 1-c | 3-e 2-d 1-c" },
        { ["5-e 4-d", "4-d 3-c", "4-q 3-c 2-b 1-a", "6-f 5-e"], "4-q 3-c 2-b 1-a | 6-f 5-e 4-d 3-c 2-b 1-a" },
        { ["3-a 2-a 1-a", "2-b 1-a", "2-a 1-b"], "2-a 1-b | 2-b 1-a | 3-a 2-a 1-a" },
        { ["3-c 2-b 1-a", "2-b 1-a", "1-a"], "3-c 2-b 1-a" },
        { ["3-c 2-b 1-a", "4-d"], "3-c 2-b 1-a | 4-d" },
    };

    [Theory]
    [MemberData(nameof(Histories))]
    public async Task Histories_are_joined_where_they_meet(string[] paths, string leaves)
    {
        foreach (var path in paths)
            await ReplicateAsync(Replicated("a", path, $"\"p\":\"{path}\""));
        Assert.Equal(leaves, await LeafPathsAsync("a"));
    }

    [Theory]
    [MemberData(nameof(Histories))]
    public async Task Histories_are_joined_the_same_within_one_batch(string[] paths, string leaves)
    {
        await ReplicateAsync(paths.Select(p => Replicated("a", p)).ToArray());
        Assert.Equal(leaves, await LeafPathsAsync("a"));
    }

    [Fact]
    public async Task A_known_revision_is_left_alone()
    {
        await ReplicateAsync(Replicated("a", "1-a", "\"v\":1"));
        var before = (await Store.GetInfoAsync(Db, Ct))!.UpdateSequence;
        await ReplicateAsync(Replicated("a", "1-a", "\"v\":2"));
        Assert.Equal("\"v\":1", Text(await GetAsync("a")));
        Assert.Equal(before.Split('-')[0], (await Store.GetInfoAsync(Db, Ct))!.UpdateSequence.Split('-')[0]);
    }

    [Fact]
    public async Task The_content_of_an_ancestor_may_come_later()
    {
        await ReplicateAsync(Replicated("a", "2-b 1-a", "\"v\":2"));
        Assert.Null(await GetAsync("a", new ReadOptions { Revision = Rev("1-a") }));
        await ReplicateAsync(Replicated("a", "1-a", "\"v\":1"));
        Assert.Equal("\"v\":1", Text(await GetAsync("a", new ReadOptions { Revision = Rev("1-a") })));
        Assert.Equal("2-b", await WinnerAsync("a"));
    }

    [Fact]
    public async Task A_batch_may_bring_several_revisions_of_a_document()
    {
        await ReplicateAsync(
            Replicated("a", "1-a", "\"v\":1"), Replicated("b", "1-a"), Replicated("a", "1-b", "\"v\":2"),
            Replicated("a", "1-c", "\"v\":3", deleted: true));
        Assert.Equal(("1-b", "\"v\":2"), (await WinnerAsync("a"), Text(await GetAsync("a"))));
        Assert.Equal("1-a", await ConflictsAsync("a"));
        Assert.Equal("1-c", Text((await DetailsAsync("a")).DeletedConflicts!));
    }

    [Fact]
    public async Task A_replicated_tombstone_ends_its_branch_and_can_be_revived()
    {
        await ReplicateAsync(Replicated("a", "2-b 1-a", "\"v\":2"), Replicated("a", "2-c 1-a", "\"v\":3"));
        await ReplicateAsync(Replicated("a", "3-x 2-c 1-a", "\"why\":\"t\"", deleted: true));
        Assert.Equal(("2-b", "\"v\":2"), (await WinnerAsync("a"), Text(await GetAsync("a"))));
        await ReplicateAsync(Replicated("a", "4-z 3-x 2-c 1-a", "\"v\":4"));
        Assert.Equal(("4-z", "2-b"), (await WinnerAsync("a"), await ConflictsAsync("a")));
        Assert.Equal("\"why\":\"t\"", Text(await GetAsync("a", new ReadOptions { Revision = Rev("3-x") })));
    }

    [Fact]
    public async Task Conflicts_are_told_best_first()
    {
        await ReplicateAsync(Replicated("b", "4-q 3-c"), Replicated("b", "7-g 6-f"), Replicated("b", "5-x"), Replicated("b", "5-y"));
        Assert.Equal("5-y 5-x 4-q", await ConflictsAsync("b"));
    }

    [Fact]
    public async Task The_state_of_every_body_is_told()
    {
        await ReplicateAsync(Replicated("a", "3-c 2-b 1-a", "\"v\":3"), Replicated("a", "2-b"));
        var third = Rev("3-c");
        var fourth = await PutAsync("a", "", third, deleted: true);
        await PutAsync("a", "\"v\":5");
        var info = (await DetailsAsync("a")).RevisionsInfo!;
        Assert.Equal(["available", "deleted", "available", "available", "missing"], info.Select(i => i.Status));
        Assert.Equal([fourth, third, Rev("2-b"), Rev("1-a")], info.Skip(1).Select(i => i.Revision));
    }

    [Fact]
    public async Task Of_a_named_revision_only_its_history_is_told()
    {
        await ReplicateAsync(Replicated("a", "2-b 1-a", "\"v\":2"), Replicated("a", "2-c 1-a", "\"v\":3"));
        var document = await GetAsync("a", new ReadOptions
        {
            Revision = Rev("2-b"),
            WithRevisions = true,
            WithRevisionsInfo = true,
            WithConflicts = true,
        });
        Assert.Equal("2-b 1-a", Text(document!.Details!.Revisions!));
        Assert.Empty(document.Details.RevisionsInfo ?? []);
        Assert.Empty(document.Details.Conflicts ?? []);
    }

    [Fact]
    public async Task Without_conflicts_none_are_told()
    {
        await PutAsync("a");
        var details = await DetailsAsync("a");
        Assert.Empty(details.Conflicts ?? []);
        Assert.Empty(details.DeletedConflicts ?? []);
        Assert.Equal(1, details.LocalSequence);
    }

    [Fact]
    public async Task All_leaves_are_read_by_generation_and_hash()
    {
        await ReplicateAsync(Replicated("a", "3-c 2-b", "\"v\":1"), Replicated("a", "2-x", "\"v\":2", true), Replicated("a", "3-a", "\"v\":3"));
        var leaves = await Store.GetLeavesAsync(Db, "a", null, false, false, Ct);
        Assert.Equal("2-x 3-a 3-c", Text(leaves!.Select(l => l.Revision)));
        Assert.Equal(["\"v\":2", "\"v\":3", "\"v\":1"], leaves!.Select(l => Text(l.Document)));
        Assert.Equal([true, false, false], leaves!.Select(l => l.Document!.Deleted));
        Assert.All(leaves!, l => Assert.Null(l.Document!.Details?.Revisions));
    }

    [Fact]
    public async Task Leaves_of_an_unknown_document_are_null()
    {
        await Store.CreateDatabaseAsync(Db, Ct);
        Assert.Null(await Store.GetLeavesAsync(Db, "a", null, false, false, Ct));
    }

    [Theory]
    [InlineData("1-a", false, "1-a")]
    [InlineData("9-q", false, "9-q!")]
    [InlineData("3-c 2-x", false, "2-x 3-c")]
    [InlineData("1-a", true, "2-x 3-c 3-d")]
    [InlineData("2-b", true, "3-c 3-d")]
    [InlineData("3-c", true, "3-c")]
    [InlineData("2-b 2-x", true, "2-x 3-c 3-d")]
    [InlineData("9-q 3-c", true, "3-c 9-q!")]
    public async Task Named_revisions_are_read_or_said_to_be_missing(string named, bool latest, string expected)
    {
        await ReplicateAsync(
            Replicated("a", "1-a", "\"v\":1"), Replicated("a", "2-b 1-a", "\"v\":2"), Replicated("a", "3-c 2-b 1-a", "\"v\":3"),
            Replicated("a", "3-d 2-b 1-a", "\"v\":4"), Replicated("a", "2-x 1-a", "", deleted: true));
        var leaves = await Store.GetLeavesAsync(Db, "a", Path(named), latest, false, Ct);
        Assert.Equal(expected, string.Join(' ', leaves!.Select(l => l.Revision + (l.Document is null ? "!" : ""))));
    }

    [Fact]
    public async Task Latest_leads_to_the_winner()
    {
        await ReplicateAsync(Replicated("a", "2-b 1-a", "\"v\":2"), Replicated("a", "3-c 2-b 1-a", "\"v\":3"), Replicated("a", "2-x 1-a"));
        Assert.Equal(Rev("3-c"), (await GetAsync("a", new ReadOptions { Revision = Rev("2-b"), Latest = true }))!.Revision);
    }

    [Theory]
    [InlineData("1-a 2-b 3-c 3-d", "", "")]
    [InlineData("1-q", "1-q", "")]
    [InlineData("3-q", "3-q", "2-x")]
    [InlineData("5-z 4-q", "4-q 5-z", "3-d 3-c 2-x")]
    [InlineData("4-e 3-d 2-z 1-z", "1-z 2-z 4-e", "3-d 3-c 2-x")]
    public async Task Missing_revisions_are_told_with_possible_ancestors(string asked, string missing, string ancestors)
    {
        await ReplicateAsync(Replicated("b", "3-c 2-b 1-a"), Replicated("b", "3-d 2-b 1-a"), Replicated("b", "2-x 1-y", deleted: true));
        var diff = await Store.DiffRevisionsAsync(
            Db, new Dictionary<string, IReadOnlyList<Revision>> { ["b"] = Path(asked) }, Ct);
        Assert.Equal(missing, diff.TryGetValue("b", out var found) ? Text(found.Missing) : "");
        Assert.Equal(ancestors, diff.TryGetValue("b", out found) ? Text(found.PossibleAncestors) : "");
    }

    [Fact]
    public async Task Of_an_unknown_document_all_revisions_are_missing()
    {
        await PutAsync("known");
        var diff = await Store.DiffRevisionsAsync(
            Db, new Dictionary<string, IReadOnlyList<Revision>> { ["x"] = Path("1-a 2-b"), ["none"] = [] }, Ct);
        Assert.Equal("x", Assert.Single(diff.Keys));
        Assert.Equal("1-a 2-b", Text(diff["x"].Missing));
        Assert.Empty(diff["x"].PossibleAncestors);
    }

    /// <summary>Every leaf with its history, as <see cref="Histories"/> writes it.</summary>
    private async Task<string> LeafPathsAsync(string id)
    {
        var leaves = await Store.GetLeavesAsync(Db, id, null, false, true, Ct);
        return string.Join(" | ", leaves!.Select(l => Text(l.Document!.Details!.Revisions!)));
    }
}
