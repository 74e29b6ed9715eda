using Cozy.Grains.Apps;
using Xunit;

namespace Cozy.Grains.Tests.Apps;

public sealed class AppVersionTests
{
    [Theory]
    [InlineData("1.0.1", "1.0.0", true)]
    [InlineData("1.10.0", "1.9.9", true)]
    [InlineData("1.0.0", "1.0.0-beta.2", true)]
    [InlineData("1.0.0-beta.11", "1.0.0-beta.2", true)]
    [InlineData("1.0.0-beta", "1.0.0-alpha", true)]
    [InlineData("1.0.0", "1.0.0", false)]
    [InlineData("1.0.0+build.2", "1.0.0+build.1", false)]
    [InlineData("1.0.0", "1.0.1", false)]
    [InlineData("1.0.0-beta", "1.0.0", false)]
    [InlineData("", "1.0.0", false)]
    [InlineData("1.0.0", "", true)]
    public void Versions_have_the_order_of_semantic_versioning(string version, string than, bool isNewer) =>
        Assert.Equal(isNewer, AppVersion.IsNewer(version, than));
}
