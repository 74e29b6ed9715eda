using System.Text;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Auth.Pages;

public sealed class CsrfFilterTests
{
    private readonly string _token = CsrfToken.New();

    [Fact]
    public async Task A_page_gets_a_fresh_token_in_a_cookie_for_forms_only()
    {
        var context = ContextOf(HttpMethods.Get);

        Assert.True(await PassesAsync(context));
        Assert.Equal(
            $"_csrf={CsrfFilter.TokenFor(context)}; max-age=3600; path=/auth; secure; samesite=strict; httponly",
            context.Response.Headers.SetCookie.ToString());
        Assert.Equal("Cookie", context.Response.Headers.Vary.ToString());
    }

    [Fact]
    public async Task A_second_page_keeps_the_token_of_the_first()
    {
        var context = ContextOf(HttpMethods.Get, cookie: _token);

        Assert.True(await PassesAsync(context));
        Assert.Equal(_token, CsrfFilter.TokenFor(context));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("<script>alert(1)</script>aaaaaaaaaaaaaaaaaaa")]
    public async Task A_cookie_that_we_did_not_make_is_replaced(string cookie)
    {
        var context = ContextOf(HttpMethods.Get, cookie);

        Assert.True(await PassesAsync(context));
        Assert.NotEqual(cookie, CsrfFilter.TokenFor(context));
    }

    [Fact]
    public async Task A_form_with_the_token_of_the_cookie_passes() =>
        Assert.True(await PassesAsync(ContextOf(HttpMethods.Post, _token, _token)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_without_a_token_is_a_bad_request(bool hasCookie)
    {
        var context = ContextOf(HttpMethods.Post, hasCookie ? _token : null);

        Assert.False(await PassesAsync(context));
        Assert.Equal(400, context.Response.StatusCode);
        Assert.Equal("missing csrf token in the form parameter", BodyOf(context));
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_form_with_another_token_is_forbidden(string field)
    {
        var context = ContextOf(HttpMethods.Post, _token, field);

        Assert.False(await PassesAsync(context));
        Assert.Equal(403, context.Response.StatusCode);
        Assert.Equal("invalid csrf token", BodyOf(context));
        Assert.Empty(context.Response.Headers.SetCookie.ToString());
    }

    [Fact]
    public async Task A_form_is_forbidden_when_the_browser_has_no_cookie()
    {
        var context = ContextOf(HttpMethods.Post, cookie: null, field: _token);

        Assert.False(await PassesAsync(context));
        Assert.Equal(403, context.Response.StatusCode);
    }

    [Fact]
    public async Task Json_is_no_form()
    {
        var context = ContextOf(HttpMethods.Post, _token, _token);
        context.Request.ContentType = "application/json";

        Assert.False(await PassesAsync(context));
        Assert.Equal(400, context.Response.StatusCode);
    }

    [Fact]
    public void The_token_of_a_session_is_its_own()
    {
        var instance = TestInstance.Create();
        var token = CsrfToken.OfSession(instance, "one");

        Assert.True(CsrfToken.AreEqual(token, CsrfToken.OfSession(instance, "one")));
        Assert.False(CsrfToken.AreEqual(token, CsrfToken.OfSession(instance, "two")));
        Assert.False(CsrfToken.AreEqual(token, CsrfToken.OfSession(instance with { SessionSecret = new byte[64] }, "one")));
    }

    [Fact]
    public void Nothing_equals_nothing_is_no_proof() => Assert.False(CsrfToken.AreEqual("", ""));

    private static async Task<bool> PassesAsync(HttpContext context)
    {
        var passed = false;
        var answer = await new CsrfFilter().InvokeAsync(
            new DefaultEndpointFilterInvocationContext(context),
            _ =>
            {
                passed = true;
                return ValueTask.FromResult<object?>(null);
            });
        if (answer is IResult result)
            await result.ExecuteAsync(context);
        return passed;
    }

    private static string BodyOf(HttpContext context) =>
        Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());

    private static DefaultHttpContext ContextOf(string method, string? cookie = null, string? field = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.Configure<WebOptions>(options => options.Https = true);
        var context = new DefaultHttpContext { RequestServices = services.BuildServiceProvider() };
        context.Features.Set(new InstanceFeature(TestInstance.Create()));
        context.Response.Body = new MemoryStream();
        context.Request.Method = method;
        if (cookie is not null)
            context.Request.Headers.Cookie = $"_csrf={Uri.EscapeDataString(cookie)}";

        var form = field is null ? "passphrase=x" : $"passphrase=x&csrf_token={Uri.EscapeDataString(field)}";
        context.Request.ContentType = "application/x-www-form-urlencoded";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(form));
        return context;
    }
}
