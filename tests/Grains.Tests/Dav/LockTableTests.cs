using Cozy.Grains.Dav;
using Xunit;

namespace Cozy.Grains.Tests.Dav;

public sealed class LockTableTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("/a", true, true, "/a", true, false, false)]
    [InlineData("/a", false, false, "/a", false, false, true)]
    [InlineData("/a", false, false, "/a", true, false, false)]
    [InlineData("/a", true, true, "/a/b", false, false, false)]
    [InlineData("/a", true, false, "/a/b", true, false, true)]
    [InlineData("/a/b", true, false, "/a", true, true, false)]
    [InlineData("/a/b", true, false, "/a", true, false, true)]
    [InlineData("/", true, true, "/a/b", true, false, false)]
    [InlineData("/a", true, true, "/ab", true, false, true)]
    public void Locks_exclude_each_other(
        string path, bool isExclusive, bool isDeep, string other, bool otherExclusive, bool otherDeep, bool granted)
    {
        var locks = new LockTable();
        Assert.True(locks.TryPut(Make("1", path, isExclusive, isDeep)));
        Assert.Equal(granted, locks.TryPut(Make("2", other, otherExclusive, otherDeep)));
    }

    [Fact]
    public void A_lock_ends_with_its_time_and_with_what_it_is_on()
    {
        var locks = new LockTable();
        locks.TryPut(Make("1", "/a", true, true));
        locks.TryPut(Make("2", "/b/c", true, false));
        locks.TryPut(Make("3", "/bc", true, false));
        locks.Drop("/b");
        Assert.Equal(2, locks.Count);
        locks.Expire(Start + TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.Equal(2, locks.Count);
        locks.Expire(Start + TimeSpan.FromMinutes(1));
        Assert.Equal(0, locks.Count);
    }

    private static DavLock Make(string token, string path, bool isExclusive, bool isDeep) =>
        new(token, path, isExclusive, isDeep, "", TimeSpan.FromMinutes(1), Start + TimeSpan.FromMinutes(1));
}
