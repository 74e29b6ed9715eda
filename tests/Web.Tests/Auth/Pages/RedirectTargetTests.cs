using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Xunit;

namespace Cozy.Web.Tests.Auth.Pages;

public sealed class RedirectTargetTests
{
    private static readonly InstanceAddress Flat = new("dave.localhost:18080", true, SubdomainStyle.Flat);
    private static readonly InstanceAddress Nested = new("alice.example.net", true, SubdomainStyle.Nested);

    [Theory]
    [InlineData("", "https://dave.localhost:18080/")]
    [InlineData(null, "https://dave.localhost:18080/")]
    [InlineData("https://dave-mini.localhost:18080/?a=1#/x", "https://dave-mini.localhost:18080/?a=1#/x")]
    [InlineData("https://dave.localhost:18080/auth/authorize?state=%20", "https://dave.localhost:18080/auth/authorize?state=%20")]
    [InlineData("drive/folder?x=1#/y", "https://dave-drive.localhost:18080/folder?x=1#/y")]
    [InlineData("drive/", "https://dave-drive.localhost:18080/")]
    public void Pages_of_the_instance_and_of_its_apps_are_accepted(string? parameter, string expected)
    {
        Assert.True(RedirectTarget.TryResolve(parameter, Flat, out var target, out _));
        Assert.Equal(expected, target);
    }

    [Theory]
    [InlineData("https://evil.example.com/")]
    [InlineData("https://evil.example.com/https://alice.example.net/")]
    [InlineData("https://alice.example.net.evil.com/")]
    [InlineData("https://alice.example.net@evil.com/")]
    [InlineData("https://user:pass@alice.example.net/")]
    [InlineData("https://evilalice.example.net/")]
    [InlineData("https://a.b.alice.example.net/")]
    [InlineData("https://alice.example.net:8443/")]
    [InlineData("http://alice.example.net/")]
    [InlineData("ftp://alice.example.net/")]
    [InlineData("javascript://alice.example.net/%0aalert(1)")]
    public void Other_sites_are_refused(string parameter)
    {
        Assert.False(RedirectTarget.TryResolve(parameter, Nested, out _, out var error));
        Assert.Equal("bad url: should be subdomain", error);
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("/auth/login")]
    [InlineData("//evil.example.com/")]
    [InlineData("drive//evil.example.com")]
    [InlineData("https:/evil.example.com")]
    [InlineData("https:///evil.example.com")]
    [InlineData("https:evil.example.com")]
    [InlineData("https://alice.example.net\\@evil.example.com/")]
    [InlineData("\\\\evil.example.com\\")]
    [InlineData("https://alice.example.net/\r\nSet-Cookie: a=b")]
    [InlineData(" https://alice.example.net/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    public void What_is_no_address_is_refused(string parameter)
    {
        Assert.False(RedirectTarget.TryResolve(parameter, Nested, out _, out var error));
        Assert.Equal("bad url: could not parse", error);
    }

    [Fact]
    public void An_endless_address_is_refused() =>
        Assert.False(RedirectTarget.TryResolve("https://alice.example.net/" + new string('a', 5000), Nested, out _, out _));
}
