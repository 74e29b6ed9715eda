using Cozy.Grains.Triggers;
using Xunit;

namespace Cozy.Web.Tests.Admin;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("45s", 45)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("1500ms", 1.5)]
    [InlineData("0s", 0)]
    public void Durations_are_read_as_Go_writes_them(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("45")]
    [InlineData("-1h")]
    [InlineData("1d")]
    [InlineData("soon")]
    [InlineData("999999999999h")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
