using Cozy.Web.Pages;
using Xunit;

namespace Cozy.Web.Tests.Auth.Pages;

public sealed class AssetCatalogTests
{
    private readonly AssetCatalog _assets = new();

    [Fact]
    public void A_page_refers_to_the_very_content()
    {
        var url = _assets.Url("styles/pages.css");

        Assert.Matches("^/assets/styles/pages\\.[0-9a-f]{10}\\.css$", url);
        var found = _assets.Find(url["/assets/".Length..]);
        Assert.True(found!.Value.IsExact);
        Assert.Equal("text/css", found.Value.Asset.ContentType);
    }

    [Theory]
    [InlineData("styles/pages.css")]
    [InlineData("styles/pages.0000000000.css")]
    public void Another_name_gives_what_there_is_but_not_forever(string name) => Assert.False(_assets.Find(name)!.Value.IsExact);

    [Theory]
    [InlineData("nothing.js")]
    [InlineData("")]
    [InlineData(".css")]
    [InlineData("0000000000.css")]
    [InlineData("../Cozy.Web.dll")]
    [InlineData("styles/pages0000000000.css")]
    [InlineData("a-name-without-any-dot")]
    public void What_does_not_exist_is_not_found(string name) => Assert.Null(_assets.Find(name));
}
