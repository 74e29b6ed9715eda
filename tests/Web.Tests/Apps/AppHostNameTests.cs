using Cozy.Web.Apps.Serving;
using Xunit;

namespace Cozy.Web.Tests.Apps;

public sealed class AppHostNameTests
{
    [Theory]
    [InlineData(SubdomainStyle.Nested, "drive.alice.example.net", "alice.example.net drive")]
    [InlineData(SubdomainStyle.Nested, "drive.alice.localhost:8080", "alice.localhost:8080 drive")]
    [InlineData(SubdomainStyle.Nested, "localhost:8080", "")]
    [InlineData(SubdomainStyle.Nested, "-x.alice.net", "")]
    [InlineData(SubdomainStyle.Flat, "alice-drive.example.net:80", "alice.example.net:80 drive")]
    [InlineData(SubdomainStyle.Flat, "a-b-c.net", "a-b.net c|a.net b-c")]
    [InlineData(SubdomainStyle.Flat, "alice.example-site.net", "")]
    [InlineData(SubdomainStyle.Flat, "localhost-mini:8080", "localhost:8080 mini")]
    [InlineData(SubdomainStyle.Flat, "-drive.example.net", "")]
    [InlineData(SubdomainStyle.Flat, "", "")]
    public void A_host_may_name_an_app(SubdomainStyle style, string host, string expected) =>
        Assert.Equal(expected, string.Join('|', AppHostName.Split(host, style).Select(split => $"{split.Host} {split.Slug}")));
}
