using Cozy.Web.Auth.Pages;
using Xunit;

namespace Cozy.Web.Tests.Auth.Pages;

public sealed class RegisterTokenTests
{
    [Theory]
    [InlineData("abcd", true)]
    [InlineData("ABCD", true)]
    [InlineData("abce", false)]
    [InlineData("ab", false)]
    [InlineData("abcdef", false)]
    [InlineData("zz", false)]
    [InlineData("abc", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_the_token_of_the_instance_opens_it(string? text, bool expected)
    {
        var instance = TestInstance.Create() with { RegisterToken = new byte[] { 0xab, 0xcd } };
        Assert.Equal(expected, RegisterToken.Opens(instance, text));
    }

    [Fact]
    public void An_instance_with_an_owner_is_not_opened()
    {
        var instance = TestInstance.Create() with { RegisterToken = new byte[] { 0xab }, OnboardingFinished = true };
        Assert.False(RegisterToken.Opens(instance, "ab"));
    }

    [Fact]
    public void An_instance_without_a_token_is_not_opened() => Assert.False(RegisterToken.Opens(TestInstance.Create(), ""));
}
