using System.Text;
using Cozy.Web.Auth.OpenId;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Features;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Permissions;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Apps.Serving;

/// <summary>
/// Sends the page of a route with its placeholders filled: for the owner with a token of the app that lives and dies with
/// the session, for a friend with the code of the link they followed.
/// </summary>
internal sealed class AppIndex(
    AppFiles files, TokenIssuer tokens, AssetCatalog assets, FeatureFlags flags, AppIntentFrames frames,
    OpenIdProviders providers, ShareCodes links)
{
    /// <summary>Answers with the page.</summary>
    public async Task SendAsync(HttpContext context, ServedApp app, AppFile file, AppRoute route, InstanceAddress address)
    {
        var template = Encoding.UTF8.GetString(await files.ReadAsync(file, context.RequestAborted));
        await SendAsync(context, app, template, route, address);
    }

    /// <summary>Answers with the page that a template makes.</summary>
    public async Task SendAsync(HttpContext context, ServedApp app, string template, AppRoute route, InstanceAddress address)
    {
        var instance = context.Instance();
        var session = await context.SessionAsync();
        var code = route.IsPublic ? ShareCodes.Of(context) : "";
        var link = code.Length > 0 ? await links.FindAsync(context) : null;
        if (link?.PasswordHash is not null && !SharePasswordCookie.Opens(context, link))
        {
            await SharePasswordPage.Show(context, link.Id, AppServer.AddressOf(context, address)).ExecuteAsync(context);
            return;
        }

        // Only a code of ours, so that a page cannot be made to carry any text.
        var token = code.Length > 0
            ? link is null ? "" : code
            : session is null ? "" : tokens.Issue(instance, TokenAudience.App, app.Slug, scope: null, session.Id);

        var values = new AppPlaceholders(app, instance, address, assets)
        {
            Token = token,
            Provider = providers.Of(instance),
            IsLoggedIn = session is not null,
            Flags = await flags.ReadAsync(instance),
        };
        await frames.AllowAsync(context, app.Slug, address);
        var page = Encoding.UTF8.GetBytes(values.Fill(template));

        var response = context.Response;
        response.ContentType = "text/html; charset=UTF-8";

        // It holds a token: it is for this browser, now.
        response.Headers.CacheControl = "private, no-store, must-revalidate";
        response.ContentLength = page.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.BodyWriter.WriteAsync(page, context.RequestAborted);
    }
}
