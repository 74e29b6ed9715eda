using Cozy.Web.Auth.Sessions;
using Xunit;

namespace Cozy.Web.Tests.Auth.Pages;

public sealed class InstanceAddressTests
{
    [Theory]
    [InlineData("alice.example.net", SubdomainStyle.Nested, "alice.example.net")]
    [InlineData("alice.example.net:8443", SubdomainStyle.Nested, "alice.example.net")]
    [InlineData("alice.example.net:8443", SubdomainStyle.Flat, "example.net")]
    [InlineData("dave.localhost:18080", SubdomainStyle.Flat, "localhost")]
    [InlineData("localhost:8080", SubdomainStyle.Nested, null)]
    [InlineData("192.168.1.10:8080", SubdomainStyle.Nested, null)]
    public void Cookies_are_shared_with_the_hosts_of_the_apps(string domain, SubdomainStyle style, string? expected) =>
        Assert.Equal(expected, new InstanceAddress(domain, true, style).CookieDomain);

    [Theory]
    [InlineData("alice.example.net", SubdomainStyle.Nested, "drive.alice.example.net")]
    [InlineData("alice.example.net:8443", SubdomainStyle.Flat, "alice-drive.example.net:8443")]
    public void The_host_of_an_app_is_made_as_configured(string domain, SubdomainStyle style, string expected) =>
        Assert.Equal(expected, new InstanceAddress(domain, true, style).AppDomain("drive"));

    [Theory]
    [InlineData("alice.example.net:8443", true)]
    [InlineData("ALICE.example.net:8443", true)]
    [InlineData("alice-drive.example.net:8443", true)]
    [InlineData("alice-my-app.example.net:8443", true)]
    [InlineData("alice.example.net", false)]
    [InlineData("alice-.example.net:8443", false)]
    [InlineData("alicedrive.example.net:8443", false)]
    [InlineData("bob.example.net:8443", false)]
    [InlineData("bob-drive.example.net:8443", false)]
    [InlineData("x.alice-drive.example.net:8443", false)]
    [InlineData("example.net:8443", false)]
    public void With_flat_hosts_only_the_instance_and_its_apps_are_its_own(string host, bool expected) =>
        Assert.Equal(expected, new InstanceAddress("alice.example.net:8443", true, SubdomainStyle.Flat).Owns(host));

    [Theory]
    [InlineData("alice.example.net", true)]
    [InlineData("drive.alice.example.net", true)]
    [InlineData("a.b.alice.example.net", false)]
    [InlineData(".alice.example.net", false)]
    [InlineData("xalice.example.net", false)]
    [InlineData("alice.example.net.evil.org", false)]
    public void With_nested_hosts_only_the_instance_and_its_apps_are_its_own(string host, bool expected) =>
        Assert.Equal(expected, new InstanceAddress("alice.example.net", true, SubdomainStyle.Nested).Owns(host));

    [Theory]
    [InlineData("alias.example.org", "alias.example.org")]
    [InlineData("ALIAS.example.org", "alias.example.org")]
    [InlineData("drive.alice.example.net", "alice.example.net")]
    [InlineData(null, "alice.example.net")]
    public void Visitors_stay_on_the_alias_they_came_to(string? host, string expected)
    {
        var instance = TestInstance.Create() with { DomainAliases = ["other.example.org", "alias.example.org"] };
        Assert.Equal(expected, InstanceAddress.Of(instance, host, new WebOptions()).Domain);
    }

    [Fact]
    public void Forms_may_lead_to_the_apps_and_nowhere_else() => Assert.Equal(
        "'self' https://*.alice.example.net:8443",
        new InstanceAddress("alice.example.net:8443", true, SubdomainStyle.Nested).FormTargets);
}
