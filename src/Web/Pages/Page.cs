using Cozy.Web.Apps.Serving;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Pages;

/// <summary>A page, ready to be sent with the headers that every page has.</summary>
internal sealed class Page(string title, Html content) : IResult
{
    /// <summary>The status of the answer.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Another source (an origin, or a scheme with its colon) that a form of the page may lead to in the end.</summary>
    public string? FormTarget { get; init; }

    /// <summary>The name of a script among the assets, if the page needs one.</summary>
    public string? Script { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "text/html; charset=UTF-8";
        response.Headers[HeaderNames.ContentSecurityPolicy] = PolicyFor(httpContext);
        response.Headers["Referrer-Policy"] = "same-origin";

        // A page holds tokens and says who is logged in: it is for this browser, now.
        response.Headers[HeaderNames.CacheControl] = "no-store";
        var assets = httpContext.RequestServices.GetRequiredService<AssetCatalog>();
        var html = Layout.Render(PageLanguage.Of(httpContext), assets, AssetsOrigin(httpContext), title, content, Script).ToString();
        return response.WriteAsync(html, httpContext.RequestAborted);
    }

    // The host of an app has none of our files.
    private static string AssetsOrigin(HttpContext context) =>
        context.Features.Get<AppHostFeature>() is null ? string.Empty : InstanceAddress.Of(context).Origin;

    // Nothing but our own files; a form may lead to an app once it has logged the owner in.
    private string PolicyFor(HttpContext context)
    {
        var targets = context.Features.Get<InstanceFeature>() is null ? "'self'" : InstanceAddress.Of(context).FormTargets;
        if (FormTarget is not null)
            targets += " " + FormTarget;
        var own = AssetsOrigin(context) is { Length: > 0 } origin ? "'self' " + origin : "'self'";
        return $"default-src 'none';script-src {own};style-src {own};img-src {own} data:;"
            + $"form-action {targets};frame-ancestors 'none';base-uri 'none';";
    }
}
