using Cozy.Web.Pages;
using Xunit;

namespace Cozy.Web.Tests.Auth.Pages;

public sealed class AssetCatalogTests : IDisposable
{
    private readonly string _built = Directory.CreateTempSubdirectory("cozy-assets-").FullName;
    private readonly AssetCatalog _assets;

    public AssetCatalogTests()
    {
        Directory.CreateDirectory(Path.Combine(_built, "js"));
        File.WriteAllText(Path.Combine(_built, "js", "bar.js"), "plain");
        File.WriteAllText(Path.Combine(_built, "js", "bar.js.br"), "brotli");
        _assets = new(_built);
    }

    public void Dispose() => Directory.Delete(_built, recursive: true);

    [Fact]
    public void A_page_refers_to_the_very_content()
    {
        var url = _assets.Url("styles/pages.css");

        Assert.Matches("^/assets/styles/pages\\.[0-9a-f]{10}\\.css$", url);
        var found = _assets.Find(url["/assets/".Length..]);
        Assert.True(found!.Value.IsExact);
        Assert.Equal("text/css", found.Value.Asset.ContentType);
    }

    [Fact]
    public void What_was_built_with_the_apps_is_there_with_its_compressed_forms()
    {
        var (asset, isExact) = _assets.Find(_assets.Url("js/bar.js")["/assets/".Length..])!.Value;

        Assert.True(isExact);
        Assert.Equal(("text/javascript", "plain", "brotli"), (asset.ContentType, Text(asset.Plain), Text(asset.Brotli!)));
        Assert.Null(asset.Gzip);
        Assert.Null(_assets.Find("js/bar.js.br"));
        Assert.False(new AssetCatalog(Path.Combine(_built, "nothing")).Has("js/bar.js"));

        static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);
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
