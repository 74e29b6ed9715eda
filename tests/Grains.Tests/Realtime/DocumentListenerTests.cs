using System.Text;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Realtime;
using Xunit;

namespace Cozy.Grains.Tests.Realtime;

/// <summary>A grain that asked for a doctype's changes for good.</summary>
public sealed class DocumentListenerTests(TestSilo silo)
{
    private const string Doctype = "io.cozy.tests";

    private readonly string _instance = $"cozy{Guid.NewGuid():N}";

    private IDoctypeGrain Documents => silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(_instance, Doctype));

    private IRecorderGrain Recorder => silo.Grains.GetGrain<IRecorderGrain>(_instance);

    [Fact]
    public async Task It_is_told_of_every_write_also_by_a_doctype_that_was_lost_in_between()
    {
        Assert.Null(await Documents.AddListenerAsync(Recorder.GetGrainId()));
        await WriteAsync("a");
        await WaitForAsync("a");

        await Documents.ForgetAsync();
        await WriteAsync("b");
        await WaitForAsync("a b");

        Assert.NotNull(await Documents.AddListenerAsync(Recorder.GetGrainId()));
        await WriteAsync("c");
        await WaitForAsync("a b c");
    }

    [Fact]
    public async Task It_is_told_until_it_has_taken_what_it_is_told()
    {
        await Documents.AddListenerAsync(Recorder.GetGrainId());
        await Recorder.RefuseAsync(2);
        await WriteAsync("a");
        await WriteAsync("b");
        await WaitForAsync("a b");
    }

    [Fact]
    public async Task It_is_not_told_once_it_has_left_and_those_of_other_instances_are_refused()
    {
        await Documents.AddListenerAsync(Recorder.GetGrainId());
        await Documents.RemoveListenerAsync(Recorder.GetGrainId());
        await Documents.ForgetAsync();
        await WriteAsync("a");
        await Documents.AddListenerAsync(Recorder.GetGrainId());
        await WriteAsync("b");
        await WaitForAsync("b");

        var stranger = silo.Grains.GetGrain<IRecorderGrain>(_instance + "0");
        await Assert.ThrowsAsync<ArgumentException>(() => Documents.AddListenerAsync(stranger.GetGrainId()));
    }

    [Fact]
    public async Task The_cursor_reads_what_was_not_handled_and_makes_up_for_what_was_never_told()
    {
        var cursor = new ChangesCursor(silo.Documents, _instance, Doctype);
        Assert.Equal((0, null), await ReadAsync(cursor, null, []));

        var first = await WriteAsync("a", null, "\"n\":1");
        var second = await WriteAsync("a", first, "\"n\":2");
        var read = await cursor.ReadAsync(null, () => [], 100, TestContext.Current.CancellationToken);
        var updated = Assert.Single(read.Events);
        Assert.Equal((EventVerb.Updated, second, "\"n\":1"), (updated.Verb, updated.Revision, Text(updated.Old!.Members)));

        // With what was told nothing is left out.
        var told = new DocumentEvent(Doctype, EventVerb.Created, "a", first, Encoding.UTF8.GetBytes("\"n\":1"));
        read = await cursor.ReadAsync(null, () => [told], 100, TestContext.Current.CancellationToken);
        Assert.Equal([first, second], read.Events.Select(one => one.Revision));

        // What was handled is not handled again, even if it is told late.
        var third = await WriteAsync("a", second, null);
        await WriteAsync("b", null, "");
        var rest = await cursor.ReadAsync(read.Sequence, () => [], 1, TestContext.Current.CancellationToken);
        Assert.True(rest.HasMore);
        Assert.Equal((EventVerb.Deleted, third), (rest.Events[0].Verb, rest.Events[0].Revision));
        rest = await cursor.ReadAsync(rest.Sequence, () => [told], 10, TestContext.Current.CancellationToken);
        Assert.Equal((EventVerb.Created, "b"), (Assert.Single(rest.Events).Verb, rest.Events[0].Id));
        Assert.Equal((0, rest.Sequence), await ReadAsync(cursor, rest.Sequence, [told]));
    }

    private static string Text(ReadOnlyMemory<byte> members) => Encoding.UTF8.GetString(members.Span);

    private static async Task<(int Events, string? Sequence)> ReadAsync(
        ChangesCursor cursor, string? since, IReadOnlyList<DocumentEvent> told)
    {
        var read = await cursor.ReadAsync(since, () => told, 100, TestContext.Current.CancellationToken);
        return (read.Events.Count, read.Sequence);
    }

    private Task<string> WriteAsync(string id) => WriteAsync(id, null, "");

    private async Task<string> WriteAsync(string id, string? parent, string? members) =>
        (await Documents.EditAsync([new Edit(id, parent, members is null, Encoding.UTF8.GetBytes(members ?? ""))]))[0].Revision!;

    private Task WaitForAsync(string ids) => Until.TrueAsync(async () => string.Join(' ', await Recorder.GetAsync()) == ids);
}

/// <summary>A grain that keeps what it is told.</summary>
[Alias("cozy.tests.IRecorderGrain")]
public interface IRecorderGrain : IGrainWithStringKey, IDocumentListenerGrain
{
    /// <summary>The documents it was told of.</summary>
    [Alias("Get")]
    Task<IReadOnlyList<string>> GetAsync();

    /// <summary>Fails when it is told something, so many times.</summary>
    [Alias("Refuse")]
    Task RefuseAsync(int times);
}

internal sealed class RecorderGrain : Grain, IRecorderGrain
{
    private readonly List<string> _told = [];
    private int _refusals;

    public Task<IReadOnlyList<string>> GetAsync() => Task.FromResult<IReadOnlyList<string>>([.. _told]);

    public Task RefuseAsync(int times)
    {
        _refusals = times;
        return Task.CompletedTask;
    }

    public Task DocumentsChangedAsync(EventBatch batch)
    {
        if (_refusals-- > 0)
            throw new InvalidOperationException("refused");
        _told.AddRange(batch.Events.Select(told => told.Id));
        return Task.CompletedTask;
    }
}
