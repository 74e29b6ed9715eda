using System.Text;
using System.Threading.Channels;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Realtime;
using Xunit;

namespace Cozy.Grains.Tests.Realtime;

public sealed class RealtimeGrainTests(TestSilo silo)
{
    private const string Doctype = "io.cozy.tests";

    private readonly string _instance = $"cozy{Guid.NewGuid():N}";
    private readonly Guid _name = Guid.NewGuid();

    private IRealtimeGrain Realtime => silo.Grains.GetGrain<IRealtimeGrain>(_instance);

    private IDoctypeGrain Documents => silo.Grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(_instance, Doctype));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_hears_what_was_written_and_what_it_was_before()
    {
        var observer = await ListenAsync();
        var first = await EditAsync(new Edit("a", null, false, Members("\"n\":1")));
        var second = await EditAsync(new Edit("a", first.Revision, false, Members("\"n\":2")));
        await EditAsync(new Edit("a", first.Revision, false, Members("\"n\":3")));
        var third = await EditAsync(new Edit("a", second.Revision, true, default));
        await EditAsync(new Edit("a", null, false, Members("\"n\":4")));

        Assert.Equal(
            [
                $"Created a {first.Revision} n:1 was ", $"Updated a {second.Revision} n:2 was n:1",
                $"Deleted a {third.Revision}  was n:2",
            ],
            [await observer.NextAsync(), await observer.NextAsync(), await observer.NextAsync()]);
        Assert.StartsWith("Created a 4-", await observer.NextAsync());
    }

    [Fact]
    public async Task Of_concurrent_writes_none_is_missing_and_each_documents_come_in_order()
    {
        const int documents = 40, updates = 25;
        var observer = await ListenAsync();
        await Task.WhenAll(Enumerable.Range(0, documents).Select(async n =>
        {
            string? revision = null;
            for (var i = 0; i < updates; i++)
                revision = (await EditAsync(new Edit($"{n}", revision, false, Members($"\"i\":{i}")))).Revision;
        }));

        var generations = Enumerable.Repeat(0, documents).ToArray();
        for (var i = 0; i < documents * updates; i++)
        {
            var words = (await observer.NextAsync()).Split(' ', '-');
            Assert.Equal(++generations[int.Parse(words[1], null)], int.Parse(words[2], null));
        }
    }

    [Fact]
    public async Task A_notification_is_handed_on_and_other_doctypes_are_not()
    {
        var observer = await ListenAsync();
        await Realtime.NotifyAsync(new DocumentEvent("io.cozy.others", EventVerb.Notified, "x", null, default));
        await Realtime.NotifyAsync(new DocumentEvent(Doctype, EventVerb.Notified, "y", null, default));
        Assert.StartsWith("Notified y", await observer.NextAsync());
    }

    [Fact]
    public async Task Who_is_not_known_any_more_is_told_so()
    {
        Assert.False(await Realtime.ListenAsync(_name, silo.Observe(new Observer()), isRenewal: true, [Doctype]));
        await ListenAsync();
        Assert.True(await Realtime.ListenAsync(_name, silo.Observe(new Observer()), isRenewal: true, [Doctype]));
        await Realtime.LeaveAsync(_name);
        Assert.False(await Realtime.ListenAsync(_name, silo.Observe(new Observer()), isRenewal: true, [Doctype]));
    }

    [Fact]
    public async Task Who_could_not_be_reached_is_not_known_any_more()
    {
        var observer = await ListenAsync();
        observer.IsBroken = true;
        await EditAsync(new Edit("a", null, false, default));
        await Until.TrueAsync(async () =>
            !await Realtime.ListenAsync(_name, silo.Observe(observer), isRenewal: true, [Doctype]));
    }

    [Fact]
    public async Task When_the_doctypes_grain_was_lost_its_listeners_know_that_events_may_be_missing()
    {
        var observer = await ListenAsync();
        await EditAsync(new Edit("a", null, false, default));
        Assert.StartsWith("Created a", await observer.NextAsync());

        // Another activation does not know that it is watched: what is written now is told to nobody.
        await Documents.ForgetAsync();
        Assert.Equal($"missed {Doctype}", await observer.NextAsync());

        await EditAsync(new Edit("b", null, false, default));
        Assert.StartsWith("Created b", await observer.NextAsync());
    }

    private static ReadOnlyMemory<byte> Members(string json) => Encoding.UTF8.GetBytes(json);

    private async Task<EditOutcome> EditAsync(Edit edit) => (await Documents.EditAsync([edit]))[0];

    private async Task<Observer> ListenAsync()
    {
        var observer = new Observer();
        Assert.True(await Realtime.ListenAsync(_name, silo.Observe(observer), isRenewal: false, [Doctype]));
        return observer;
    }

    private sealed class Observer : IRealtimeObserver
    {
        private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();

        public bool IsBroken { get; set; }

        public Task<string> NextAsync() => _heard.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(Until.Patience, Cancellation);

        public Task ReceiveAsync(RealtimeDelivery delivery)
        {
            if (IsBroken)
                throw new InvalidOperationException("broken");
            foreach (var doctype in delivery.Missed)
                _heard.Writer.TryWrite($"missed {doctype}");
            foreach (var told in delivery.Events)
                _heard.Writer.TryWrite($"{told.Verb} {told.Id} {told.Revision} {Text(told.Members)} was {Text(told.Old?.Members ?? default)}");
            return Task.CompletedTask;
        }

        private static string Text(ReadOnlyMemory<byte> members) => Encoding.UTF8.GetString(members.Span).Replace("\"", "");
    }
}
