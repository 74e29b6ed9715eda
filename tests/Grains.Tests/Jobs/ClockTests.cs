using Cozy.Grains.Jobs;
using Cozy.Grains.Triggers;
using Xunit;

namespace Cozy.Grains.Tests.Jobs;

/// <summary>The clock of the machine is set, as by an operator or after the battery was empty.</summary>
public sealed class ClockTests(ClockSilo silo) : IClassFixture<ClockSilo>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Triggers_go_on_from_the_time_that_is_now(int days)
    {
        var instance = await silo.CreateInstanceAsync();
        var (scheduler, queue) = (silo.Of<ISchedulerGrain>(instance), silo.Of<IJobQueueGrain>(instance));
        var each = await scheduler.AddAsync(new NewTrigger { Type = "@every", Arguments = "1s", Worker = "log" });
        await Until.TrueAsync(async () => await CountAsync() >= 1);

        silo.Clock.Set(days * Day);
        var before = await CountAsync();
        await Until.TrueAsync(async () => await CountAsync() >= before + 3);

        // A day is not made up second by second.
        Assert.InRange(await CountAsync(), before + 3, before + 30);

        // One that was made meanwhile goes on also when the clock is right again.
        var meanwhile = await scheduler.AddAsync(new NewTrigger { Type = "@every", Arguments = "2s", Worker = "log" });
        silo.Clock.Set(TimeSpan.Zero);
        await scheduler.ForgetAsync();
        await Until.TrueAsync(async () => (await queue.ListOfTriggerAsync(meanwhile.Id, 50)).Count >= 2);
        await scheduler.DeleteAsync(each.Id);
        await scheduler.DeleteAsync(meanwhile.Id);

        async Task<int> CountAsync() => (await queue.ListOfTriggerAsync(each.Id, 50)).Count;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_lease_lasts_as_firstas_it_was_given_for(int days)
    {
        var queue = silo.Of<IJobQueueGrain>(await silo.CreateInstanceAsync());
        var kept = await queue.PushAsync(new NewJob { Worker = "outside" });
        var first = Assert.Single(await queue.LeaseAsync(new LeaseRequest("outside", 1, "w", TimeSpan.FromMinutes(5))));
        var lost = await queue.PushAsync(new NewJob { Worker = "outside" });
        var second = Assert.Single(await queue.LeaseAsync(new LeaseRequest("outside", 1, "w", TimeSpan.FromMilliseconds(500))));
        Assert.Equal((kept.Id, lost.Id), (first.Job.Id, second.Job.Id));

        silo.Clock.Set(days * Day);
        IReadOnlyList<JobLease> again = [];
        await Until.TrueAsync(async () =>
            (again = await queue.LeaseAsync(new LeaseRequest("outside", 5, "w", TimeSpan.FromMinutes(5)))).Count > 0);
        Assert.Equal(lost.Id, Assert.Single(again).Job.Id);
        Assert.True(await queue.RenewAsync(first.Key, default));
        Assert.True(await queue.CompleteAsync(first.Key, default));
        Assert.True(await queue.CompleteAsync(again[0].Key, default));
        silo.Clock.Set(TimeSpan.Zero);
    }
}

/// <summary>A silo whose clock can be set.</summary>
public sealed class ClockSilo : TestSilo
{
    /// <summary>Its clock.</summary>
    public SetClock Clock { get; } = new();

    /// <inheritdoc/>
    protected override TimeProvider Time => Clock;
}

/// <summary>A clock that can be set; time passes as it does, and timers and timestamps do not care.</summary>
public sealed class SetClock : TimeProvider
{
    private long _ticks;

    /// <summary>Sets it to so much ahead of the machine's.</summary>
    public void Set(TimeSpan ahead) => Interlocked.Exchange(ref _ticks, ahead.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
}
