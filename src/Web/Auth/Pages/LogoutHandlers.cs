using Cozy.Grains.Auth;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Cozy.Web.Auth.Pages;

/// <summary>Logging out.</summary>
internal static class LogoutHandlers
{
    /// <summary>From a script of the instance's own pages.</summary>
    public static async Task<IResult> DeleteAsync(HttpContext context, IGrainFactory grains)
    {
        // A browser names the origin of every DELETE. No other site may end the session, not even one of the apps.
        var origin = context.Request.Headers.Origin.ToString();
        var isOwnPage = origin.Length == 0
            || string.Equals(origin, InstanceAddress.Of(context).Origin, StringComparison.OrdinalIgnoreCase);
        if (!isOwnPage || await context.SessionAsync() is not { } session)
        {
            return AuthJson.Error("The user can logout only from client-side apps", StatusCodes.Status401Unauthorized);
        }

        await EndAsync(context, grains, session);
        return Results.NoContent();
    }

    /// <summary>From the button on the owner's page.</summary>
    public static async Task<IResult> PostAsync(HttpContext context, IGrainFactory grains)
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

        await EndAsync(context, grains, session);
        return new SeeOther(login);
    }

    private static async Task EndAsync(HttpContext context, IGrainFactory grains, Session session)
    {
        await grains.GetGrain<IAuthGrain>(context.Instance().Id).LogoutAsync(session.Id);
        SessionCookie.Clear(context);
    }
}
