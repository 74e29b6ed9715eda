using Cozy.Web.Instances;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Cozy.Web.Tests.Auth.Pages;

public sealed class PageLanguageTests
{
    [Theory]
    [InlineData("fr", "fr")]
    [InlineData("fr-CA,en;q=0.5", "fr")]
    [InlineData("de,fr;q=0.4,en;q=0.6", "en")]
    [InlineData("fr;q=0,de", "en")]
    [InlineData("ja", "en")]
    [InlineData("", "en")]
    [InlineData("*", "en")]
    [InlineData("french", "en")]
    public void Where_no_instance_is_known_the_browser_decides(string accepted, string expected)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.AcceptLanguage = accepted;
        Assert.Equal(expected, PageLanguage.Of(context).Tag);
    }

    [Theory]
    [InlineData("fr", "fr")]
    [InlineData("en", "en")]
    [InlineData("es", "en")]
    public void The_language_of_the_instance_wins(string locale, string expected)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.AcceptLanguage = "fr";
        context.Features.Set(new InstanceFeature(TestInstance.Create() with { Locale = locale }));
        Assert.Equal(expected, PageLanguage.Of(context).Tag);
    }
}
