using Cozy.Grains.Auth;
using Cozy.Web.Access;
using Cozy.Web.Auth.OpenId;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Cozy.Web.Auth.Pages;

/// <summary>Logging out.</summary>
internal sealed class LogoutHandlers(IGrainFactory grains, TokenReader tokens, OpenIdProviders providers, RightsCache rights)
{
    private const string OnlyFromApps = "The user can logout only from client-side apps";

    /// <summary>From a script of the instance's own pages, or of an app, which shows its token.</summary>
    public async Task<IResult> DeleteAsync(HttpContext context)
    {
        var isApp = HasAppToken(context);
        var session = await context.SessionAsync();
        if (!isApp && (!IsOwnPage(context) || session is null))
        {
            return AuthJson.Error(OnlyFromApps, StatusCodes.Status401Unauthorized);
        }

        if (session is not null)
        {
            await EndAsync(context, session);
        }

        return Results.NoContent();
    }

    /// <summary>Everywhere but here, from an app.</summary>
    public async Task<IResult> DeleteOthersAsync(HttpContext context)
    {
        if (!HasAppToken(context) || await context.SessionAsync() is not { } session)
        {
            return AuthJson.Error(OnlyFromApps, StatusCodes.Status401Unauthorized);
        }

        await grains.GetGrain<IAuthGrain>(context.Instance().Id).LogoutOthersAsync(session.Id);
        rights.Forget(context.Instance().Id);
        return Results.NoContent();
    }

    /// <summary>From the button on the owner's page.</summary>
    public async Task<IResult> PostAsync(HttpContext context)
    {
        var login = InstanceAddress.Of(context).Root + "auth/login";
        if (await context.SessionAsync() is not { } session)
        {
            // Logged out already, perhaps in another tab.
            return new SeeOther(login);
        }

        var form = await AuthForm.ReadAsync(context.Request);
        if (!CsrfToken.AreEqual(CsrfToken.OfSession(context.Instance(), session.Id), form[CsrfFilter.FieldName]))
        {
            return ErrorPage.Show(context, StatusCodes.Status403Forbidden, PageLanguage.Of(context).FormExpired);
        }

        await EndAsync(context, session);
        return new SeeOther(login);
    }

    private async Task EndAsync(HttpContext context, Session session)
    {
        await grains.GetGrain<IAuthGrain>(context.Instance().Id).LogoutAsync(session.Id);
        rights.Forget(context.Instance().Id);
        SessionCookie.Clear(context);
        if (providers.AreForced(context.Instance()))
        {
            LogoutCookie.Write(context);
        }
    }

    private bool HasAppToken(HttpContext context) =>
        TokenText.From(context.Request) is { } text
        && tokens.Read(context.Instance(), text).Token is { Audience: TokenAudience.App };

    // A browser names the origin of every DELETE. No other site may end the session, not even one of the apps without
    // its token.
    private static bool IsOwnPage(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        return origin.Length == 0
            || string.Equals(origin, InstanceAddress.Of(context).Origin, StringComparison.OrdinalIgnoreCase);
    }
}
