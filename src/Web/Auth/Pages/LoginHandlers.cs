using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Cozy.Web.Auth.Pages;

/// <summary>Logging in with the passphrase.</summary>
internal static class LoginHandlers
{
    public static async Task<IResult> ShowAsync(HttpContext context)
    {
        var address = InstanceAddress.Of(context);
        var parameter = context.Request.Query["redirect"].ToString();
        if (!RedirectTarget.TryResolve(parameter, address, out var target, out var error))
        {
            return RefuseTarget(context, error);
        }

        if (!context.Instance().OnboardingFinished)
        {
            return new SeeOther(address.Root);
        }

        return await context.SessionAsync() is null
            ? LoginPage.Show(context, parameter.Length == 0 ? string.Empty : target)
            : new SeeOther(target);
    }

    public static async Task<IResult> PostAsync(HttpContext context, IGrainFactory grains, SessionCookie cookie)
    {
        var form = await AuthForm.ReadAsync(context.Request);
        if (!RedirectTarget.TryResolve(form["redirect"], InstanceAddress.Of(context), out var target, out var error))
        {
            return RefuseTarget(context, error);
        }

        if (await context.SessionAsync() is not null)
        {
            return SeeOther.Or(context, target);
        }

        var texts = PageLanguage.Of(context);
        Session? session;
        try
        {
            session = await LoginAsync(context, grains, form);
        }
        catch (CozyException e) when (e.Kind == ErrorKind.TooManyRequests)
        {
            return AuthJson.IsWanted(context.Request)
                ? AuthJson.Error(texts.TooManyAttempts, StatusCodes.Status429TooManyRequests)
                : LoginPage.Show(context, target, texts.TooManyAttempts, StatusCodes.Status429TooManyRequests);
        }

        if (session is null)
        {
            return AuthJson.IsWanted(context.Request)
                ? AuthJson.Error(texts.WrongPasswordForClients, StatusCodes.Status401Unauthorized)
                : LoginPage.Show(context, target, texts.WrongPassphrase, StatusCodes.Status401Unauthorized);
        }

        cookie.Write(context, session);
        return SeeOther.Or(context, target);
    }

    private static async Task<Session?> LoginAsync(HttpContext context, IGrainFactory grains, AuthForm form)
    {
        if (form["passphrase"] is not { Length: > 0 } passphrase)
        {
            return null;
        }

        return await grains.GetGrain<IAuthGrain>(context.Instance().Id).LoginAsync(new LoginAttempt
        {
            DerivedPassphrase = passphrase,
            LongRun = form.IsTicked("long-run-session"),
        });
    }

    private static IResult RefuseTarget(HttpContext context, string line) =>
        Refusal.Show(context, StatusCodes.Status400BadRequest, line, PageLanguage.Of(context).ErrorForeignTarget);
}
