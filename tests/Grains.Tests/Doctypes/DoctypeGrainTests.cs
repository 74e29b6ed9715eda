using System.Text;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Xunit;

namespace Cozy.Grains.Tests.Doctypes;

public sealed class DoctypeGrainTests(TestSilo silo)
{
    private static ReadOnlyMemory<byte> Members(string json) => Encoding.UTF8.GetBytes(json);

    private IDoctypeGrain NewDoctype() =>
        silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of($"cozy{Guid.NewGuid():N}", "io.cozy.tests"));

    [Fact]
    public async Task A_written_document_is_read_back()
    {
        var doctype = NewDoctype();
        var written = (await doctype.EditAsync([new Edit("a", null, false, Members("\"n\":1"))]))[0];

        var read = await doctype.ReadAsync("a");

        Assert.Equal((written.Revision, "\"n\":1", false), (read!.Revision, Encoding.UTF8.GetString(read.Members.Span), read.Deleted));
        Assert.Null(await doctype.ReadAsync("b"));
    }

    [Fact]
    public async Task Before_the_first_write_the_doctype_does_not_exist()
    {
        var failure = await Assert.ThrowsAsync<CozyException>(async () => await NewDoctype().ReadAsync("a"));

        Assert.Equal((ErrorKind.NotFound, "wrong_doctype"), (failure.Kind, failure.Code));
    }

    [Fact]
    public async Task An_edit_of_an_old_revision_conflicts_and_changes_nothing()
    {
        var doctype = NewDoctype();
        var first = (await doctype.EditAsync([new Edit("a", null, false, Members("\"n\":1"))]))[0];
        var second = (await doctype.EditAsync([new Edit("a", first.Revision, false, Members("\"n\":2"))]))[0];

        var late = (await doctype.EditAsync([new Edit("a", first.Revision, false, Members("\"n\":3"))]))[0];

        Assert.Equal(("conflict", null), (late.Error, late.Revision));
        Assert.Equal(second.Revision, (await doctype.ReadAsync("a"))!.Revision);
    }

    [Fact]
    public async Task A_repeated_edit_that_had_succeeded_is_no_conflict()
    {
        var doctype = NewDoctype();
        var first = (await doctype.EditAsync([new Edit("a", null, false, Members("\"n\":1"))]))[0];
        var edit = new Edit("a", first.Revision, false, Members("\"n\":2"));
        var second = (await doctype.EditAsync([edit]))[0];

        var repeated = (await doctype.EditAsync([edit with { IsRetry = true }]))[0];
        var other = (await doctype.EditAsync([edit with { IsRetry = true, Members = Members("\"n\":9") }]))[0];

        Assert.Equal(second, repeated);
        Assert.Equal("conflict", other.Error);
    }

    [Fact]
    public async Task A_deleted_document_reads_as_a_tombstone_and_can_be_made_anew()
    {
        var doctype = NewDoctype();
        var first = (await doctype.EditAsync([new Edit("a", null, false, Members("\"n\":1"))]))[0];
        await doctype.EditAsync([new Edit("a", first.Revision, true, default)]);
        Assert.True((await doctype.ReadAsync("a"))!.Deleted);

        var again = (await doctype.EditAsync([new Edit("a", null, false, Members("\"n\":2"))]))[0];

        Assert.StartsWith("3-", again.Revision);
        Assert.False((await doctype.ReadAsync("a"))!.Deleted);
    }

    [Fact]
    public async Task Old_revisions_can_be_read()
    {
        var doctype = NewDoctype();
        var first = (await doctype.EditAsync([new Edit("a", null, false, Members("\"n\":1"))]))[0];
        await doctype.EditAsync([new Edit("a", first.Revision, false, Members("\"n\":2"))]);

        var old = await doctype.ReadAsync("a", first.Revision);

        Assert.Equal("\"n\":1", Encoding.UTF8.GetString(old!.Members.Span));
    }

    [Fact]
    public async Task Of_many_concurrent_edits_of_one_revision_one_wins()
    {
        var doctype = NewDoctype();
        var first = (await doctype.EditAsync([new Edit("a", null, false, Members("\"n\":0"))]))[0];

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 50).Select(n =>
            doctype.EditAsync([new Edit("a", first.Revision, false, Members($"\"n\":{n}"))])));

        var winner = Assert.Single(outcomes, outcome => outcome[0].Error is null)[0];
        Assert.Equal(winner.Revision, (await doctype.ReadAsync("a"))!.Revision);
    }

    [Fact]
    public async Task A_malformed_revision_is_refused()
    {
        var failure = await Assert.ThrowsAsync<CozyException>(
            () => NewDoctype().EditAsync([new Edit("a", "nonsense", false, default)]));

        Assert.Equal(ErrorKind.BadRequest, failure.Kind);
    }

    [Fact]
    public void The_cache_stays_in_its_budget_and_forgets_the_least_used()
    {
        var budget = new DocumentCacheBudget(3_000);
        var cache = new DocumentCache(budget, TimeProvider.System, null);
        foreach (var id in (string[])["a", "b", "c"])
            cache.Set(new Document(id, "1-x", false, new byte[1_000]));

        Assert.Null(cache.Find("a"));
        Assert.NotNull(cache.Find("b"));
        Assert.NotNull(cache.Find("c"));
        cache.Clear();
        Assert.True(budget.TryTake(3_000));
    }
}
