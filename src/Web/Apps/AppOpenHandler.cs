using Cozy.Grains.Apps;
using Cozy.Grains.Auth;
using Cozy.Web.Access;
using Cozy.Web.Apps.Serving;
using Cozy.Web.Auth.OpenId;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Features;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Cozy.Web.Pages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Apps;

/// <summary>
/// Gives a client that may do everything what a browser would find in an app's page, and a session for it:
/// <c>GET /apps/:slug/open</c>.
/// </summary>
internal sealed class AppOpenHandler(
    IGrainFactory grains, TokenIssuer tokens, SessionCookie cookies, OwnerSession owner, FeatureFlags flags,
    OpenIdProviders providers, AssetCatalog assets)
{
    private const string Doctype = "io.cozy.apps.open";

    /// <summary>Answers with the values.</summary>
    public async Task OpenAsync(HttpContext context)
    {
        var slug = AppEndpoints.RequireSlug(context);
        if (!context.Caller().Permissions.IsMaximal)
            throw ApiException.Forbidden();

        var instance = context.Instance();
        var apps = grains.GetGrain<IAppsGrain>(instance.Id);
        if (await apps.FindAsync(AppKind.WebApp, slug) is not { IsReady: true } installed)
            throw AppEndpoints.NotInstalled();

        await apps.OpenedAsync(AppKind.WebApp, slug);
        var session = await grains.GetGrain<IAuthGrain>(instance.Id)
            .OpenSessionAsync(new SessionRequest(LongRun: false, ShortRun: false, owner.VisitorOf(context)));
        var values = new AppPlaceholders(ServedApp.From(installed), instance, InstanceAddress.Of(context), assets)
        {
            Token = tokens.Issue(instance, TokenAudience.App, slug, scope: null, session.Id),
            Provider = providers.Of(instance),
            IsLoggedIn = true,
            Flags = await flags.ReadAsync(instance),
        };
        context.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.WriteAsync(
            context.Response, 200, JsonAnswer.JsonApi, (slug, values, cookie: cookies.TextFor(context, session)),
            static (json, answer) =>
            {
                json.WriteStartObject();
                json.WriteStartObject("data");
                json.WriteString("type", Doctype);
                json.WriteString("id", AppKind.WebApp.DocumentId(answer.slug));
                json.WriteStartObject("attributes");
                json.WriteString("Cookie", answer.cookie);
                answer.values.Write(json);
                json.WriteEndObject();
                json.WriteStartObject("meta");
                json.WriteEndObject();
                json.WriteStartObject("links");
                json.WriteString("self", $"/apps/{answer.slug}/open");
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
            });
    }
}
