using Cozy.Grains.Thumbnails;
using Xunit;

namespace Cozy.Grains.Tests.Thumbnails;

public sealed class FairGateTests
{
    [Fact]
    public async Task Tenants_take_turns_however_long_their_queues_are()
    {
        var gate = new FairGate(1);
        var order = new List<string>();
        await gate.EnterAsync("first", false, TestContext.Current.CancellationToken);
        var waiting = new[] { "a1", "a2", "a3", "b1", "b2", "c1" }.Select(EnterAsync).ToList();
        gate.Leave();
        await Task.WhenAll(waiting);
        Assert.Equal(["a1", "b1", "c1", "a2", "b2", "a3"], order);

        async Task EnterAsync(string name)
        {
            await gate.EnterAsync(name[..1], false, TestContext.Current.CancellationToken);
            order.Add(name);
            gate.Leave();
        }
    }

    [Fact]
    public async Task What_is_urgent_goes_ahead_within_its_tenant()
    {
        var gate = new FairGate(1);
        await gate.EnterAsync("a", false, TestContext.Current.CancellationToken);
        var slow = gate.EnterAsync("a", false, TestContext.Current.CancellationToken);
        var urgent = gate.EnterAsync("a", true, TestContext.Current.CancellationToken);
        gate.Leave();
        await urgent;
        Assert.False(slow.IsCompleted);
        gate.Leave();
        await slow;
    }

    [Fact]
    public async Task Who_gives_up_takes_no_turn()
    {
        var gate = new FairGate(1);
        using var giveUp = new CancellationTokenSource();
        await gate.EnterAsync("a", false, TestContext.Current.CancellationToken);
        var gone = gate.EnterAsync("b", false, giveUp.Token);
        var next = gate.EnterAsync("c", false, TestContext.Current.CancellationToken);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        gate.Leave();
        await next;
        gate.Leave();
        await gate.EnterAsync("d", false, TestContext.Current.CancellationToken);
    }
}
