using Cozy.Silo.CommandLine;
using Xunit;

namespace Cozy.Silo.Tests.CommandLine;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1048576", 1_048_576)]
    [InlineData("5GB", 5_000_000_000)]
    [InlineData("5g", 5_000_000_000)]
    [InlineData("1.5 MiB", 1_572_864)]
    [InlineData("10B", 10)]
    public void Sizes_are_read_as_people_write_them(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var size));
        Assert.Equal(bytes, size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("lots")]
    [InlineData("-1")]
    [InlineData("5XB")]
    [InlineData("5iB")]
    [InlineData("100000PB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1_572_864, "1.5 MiB")]
    [InlineData(5_368_709_120, "5 GiB")]
    public void Sizes_are_shown_in_the_largest_unit(long bytes, string text) => Assert.Equal(text, ByteSize.Format(bytes));
}
