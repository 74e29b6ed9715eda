using Cozy.Grains.Domains;
using Cozy.Grains.Errors;
using Xunit;

namespace Cozy.Grains.Tests.Domains;

public sealed class DomainNameTests
{
    [Theory]
    [InlineData("Alice.Example.NET", "alice.example.net")]
    [InlineData(" cozy.localhost:8080 ", "cozy.localhost:8080")]
    [InlineData("xn--caf-dma.example", "café.example")]
    [InlineData("a-b.example", "a-b.example")]
    public void A_host_name_has_one_canonical_form(string host, string expected) =>
        Assert.Equal(expected, DomainName.Normalize(host));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(".example.net")]
    [InlineData("_design")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a@b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a%2fb")]
    public void What_cannot_be_a_host_name_has_none(string? host) => Assert.Null(DomainName.Normalize(host));

    [Fact]
    public void An_over_long_name_is_refused() =>
        Assert.Throws<CozyException>(() => DomainName.Require(new string('a', 300)));

    [Fact]
    public void The_id_of_an_instance_is_that_of_the_original() =>
        Assert.Equal("cozya8970462a194cbdb9c411ac063f10e59", DomainName.InstanceId("alice.localhost:18080"));
}
