using Cozy.Grains.Auth;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Auth.Pages;

public sealed class SessionCookieTests
{
    [Fact]
    public void A_nested_host_over_https_gets_the_whole_cookie() => Assert.Matches(
        "^cozysessid=[A-Za-z0-9_-]+; domain=alice.example.net; path=/; secure; samesite=lax; httponly$",
        Write(longRun: false, SubdomainStyle.Nested, https: true));

    [Fact]
    public void A_flat_host_gets_a_cookie_of_its_own_name() => Assert.Matches(
        "^sess-cozy0123456789abcdef0123456789abcdef=[A-Za-z0-9_-]+; domain=example.net; path=/; samesite=lax; httponly$",
        Write(longRun: false, SubdomainStyle.Flat, https: false));

    [Fact]
    public void A_long_session_outlives_the_browser() =>
        Assert.Contains("; max-age=315360000;", Write(longRun: true, SubdomainStyle.Nested, https: true), StringComparison.Ordinal);

    [Fact]
    public void What_was_written_is_read_back()
    {
        var context = ContextOf(SubdomainStyle.Nested, https: true);
        var value = Write(longRun: false, SubdomainStyle.Nested, https: true).Split(';')[0];
        context.Request.Headers.Cookie = value;

        Assert.Equal("the-session", SessionCookie.Read(context));
    }

    [Fact]
    public void A_cleared_cookie_is_gone_at_once()
    {
        var context = ContextOf(SubdomainStyle.Nested, https: true);
        SessionCookie.Clear(context);

        Assert.StartsWith("cozysessid=; max-age=0; domain=alice.example.net; path=/;", context.Response.Headers.SetCookie.ToString(), StringComparison.Ordinal);
    }

    private static string Write(bool longRun, SubdomainStyle style, bool https)
    {
        var context = ContextOf(style, https);
        var session = new Session
        {
            Id = "the-session",
            CreatedAt = DateTimeOffset.UnixEpoch,
            LastSeen = DateTimeOffset.UnixEpoch,
            LongRun = longRun,
        };
        new SessionCookie(TimeProvider.System).Write(context, session);
        return context.Response.Headers.SetCookie.ToString();
    }

    private static DefaultHttpContext ContextOf(SubdomainStyle style, bool https)
    {
        var services = new ServiceCollection();
        services.Configure<WebOptions>(options => (options.Subdomains, options.Https) = (style, https));
        var context = new DefaultHttpContext { RequestServices = services.BuildServiceProvider() };
        context.Features.Set(new InstanceFeature(TestInstance.Create()));
        return context;
    }
}
