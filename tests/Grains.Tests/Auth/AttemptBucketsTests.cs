using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Grains.Tests.Auth;

public sealed class AttemptBucketsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void After_a_burst_one_more_is_allowed_per_interval()
    {
        var buckets = new AttemptBuckets(_time, burst: 3, TimeSpan.FromSeconds(10));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => buckets.TryTake("a")));

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(buckets.TryTake("a"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(buckets.TryTake("a"));
        Assert.False(buckets.TryTake("a"));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => buckets.TryTake("a")));
    }

    [Fact]
    public void Keys_do_not_touch_each_other()
    {
        var buckets = new AttemptBuckets(_time, burst: 1, TimeSpan.FromSeconds(10));
        buckets.Exhaust("a");
        Assert.False(buckets.Allows("a"));
        Assert.True(buckets.TryTake("b"));
        buckets.GiveBack("b");
        Assert.True(buckets.TryTake("b"));
        buckets.Forgive("a");
        Assert.True(buckets.TryTake("a"));
    }

    [Fact]
    public void What_is_remembered_is_bounded_and_the_worst_are_kept()
    {
        var buckets = new AttemptBuckets(_time, burst: 2, TimeSpan.FromMinutes(1), capacity: 100);
        buckets.Exhaust("worst");
        for (var i = 0; i < 10_000; i++)
        {
            Assert.True(buckets.TryTake($"{i}"));
            Assert.InRange(buckets.Count, 1, 100);
        }

        Assert.False(buckets.TryTake("worst"));
    }

    [Fact]
    public void Strangers_cannot_use_up_the_attempts_of_a_browser_that_was_here_before()
    {
        var limits = new AttemptLimits(_time, (2, TimeSpan.FromMinutes(1)), (3, TimeSpan.FromMinutes(1)));
        var owner = new Visitor { Address = "192.0.2.1", Device = "laptop" };
        var refused = 0;
        for (var i = 0; i < 100; i++)
            refused += Refuses(limits, new Visitor { Address = $"198.51.100.{i}" }) ? 1 : 0;
        Assert.Equal(97, refused);

        Assert.False(Refuses(limits, owner));
        Assert.False(Refuses(limits, owner));
        Assert.True(Refuses(limits, owner));
        limits.Forgive(owner);
        Assert.False(Refuses(limits, owner));
    }

    [Fact]
    public void A_whole_network_of_ipv6_counts_as_one_visitor()
    {
        var limits = new AttemptLimits(_time, (2, TimeSpan.FromMinutes(1)), (100, TimeSpan.FromMinutes(1)));
        Assert.False(Refuses(limits, new Visitor { Address = "2001:db8:1:2::1" }));
        Assert.False(Refuses(limits, new Visitor { Address = "2001:db8:1:2:ffff::7" }));
        Assert.True(Refuses(limits, new Visitor { Address = "2001:db8:1:2::9" }));
        Assert.False(Refuses(limits, new Visitor { Address = "2001:db8:1:3::1" }));
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("", "")]
    public void Addresses_are_grouped(string address, string group) => Assert.Equal(group, AddressGroup.Of(address));

    private static bool Refuses(AttemptLimits limits, Visitor visitor)
    {
        try
        {
            limits.Take(visitor);
            return false;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.TooManyRequests)
        {
            return true;
        }
    }
}
