using Cozy.Grains.Realtime;
using Xunit;

namespace Cozy.Grains.Tests.Realtime;

public sealed class EventOutboxTests
{
    private static readonly RealtimeOptions Small = new() { MaxWaitingEvents = 3, MaxWaitingBytes = 100_000 };

    private readonly List<string> _sent = [];
    private TaskCompletionSource<bool> _answer = new();

    [Fact]
    public void What_comes_while_a_batch_is_on_its_way_goes_together_and_in_order()
    {
        var outbox = new EventOutbox(Small, SendAsync);
        foreach (var id in (string[])["a", "b", "c"])
            outbox.Add(WatchedDoctypeTests.Event(id));
        Assert.Equal(["a"], _sent);
        Answer(true);
        Assert.Equal(["a", "bc"], _sent);
    }

    [Fact]
    public void Too_much_is_dropped_and_the_destination_is_told()
    {
        var outbox = new EventOutbox(Small, SendAsync);
        foreach (var id in (string[])["a", "b", "c", "d", "e", "f"])
            outbox.Add(WatchedDoctypeTests.Event(id));
        Answer(true);
        Assert.Equal(["a", "!f"], _sent);

        // One event may be larger than all that may wait.
        Answer(true);
        outbox.Add(WatchedDoctypeTests.Event("h", 200_000));
        outbox.Add(WatchedDoctypeTests.Event("i", 90_000));
        outbox.Add(WatchedDoctypeTests.Event("j", 90_000));
        Answer(true);
        Assert.Equal(["a", "!f", "h", "!"], _sent);
    }

    [Fact]
    public void Nothing_is_sent_to_who_is_gone()
    {
        var outbox = new EventOutbox(Small, SendAsync);
        outbox.Add(WatchedDoctypeTests.Event("a"));
        outbox.Add(WatchedDoctypeTests.Event("b"));
        Answer(false);
        outbox.Add(WatchedDoctypeTests.Event("c"));
        outbox.Wake();
        Assert.Equal(["a"], _sent);
    }

    private Task<bool> SendAsync(IReadOnlyList<DocumentEvent> events, bool isIncomplete)
    {
        _sent.Add((isIncomplete ? "!" : "") + string.Concat(events.Select(told => told.Id)));
        return _answer.Task;
    }

    /// <summary>Without a scheduler of its own the outbox goes on inside this call.</summary>
    private void Answer(bool isThere)
    {
        var answer = _answer;
        _answer = new TaskCompletionSource<bool>();
        answer.SetResult(isThere);
    }
}
