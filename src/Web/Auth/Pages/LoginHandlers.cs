using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Web.Auth.OpenId;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Cozy.Web.Auth.Pages;

/// <summary>Logging in with the passphrase.</summary>
internal sealed class LoginHandlers(IGrainFactory grains, OwnerSession owner, OpenIdProviders providers)
{
    public async Task<IResult> ShowAsync(HttpContext context)
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

        if (await context.SessionAsync() is not null)
        {
            return new SeeOther(target);
        }

        // Who has just logged out would be logged in again at once.
        return providers.AreForced(context.Instance()) && !LogoutCookie.IsThere(context)
            ? new SeeOther($"{address.Root}oidc/start?redirect={Uri.EscapeDataString(target)}")
            : LoginPage.Show(context, parameter.Length == 0 ? string.Empty : target);
    }

    public async Task<IResult> PostAsync(HttpContext context)
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

        if (providers.AreForced(context.Instance()))
        {
            return Results.BadRequest();
        }

        try
        {
            return Answer(context, form, target, await LoginAsync(context, form, target));
        }
        catch (CozyException e) when (e.Kind is ErrorKind.TooManyRequests or ErrorKind.Unavailable)
        {
            var texts = PageLanguage.Of(context);
            return e.Kind == ErrorKind.TooManyRequests
                ? Refuse(context, target, texts.TooManyAttempts, texts.TooManyAttempts, StatusCodes.Status429TooManyRequests)
                : Refuse(context, target, texts.ErrorUnavailable, texts.ErrorUnavailable, StatusCodes.Status503ServiceUnavailable);
        }
    }

    private Task<LoginOutcome> LoginAsync(HttpContext context, AuthForm form, string target)
    {
        var longRun = form.IsTicked("long-run-session");
        return grains.GetGrain<IAuthGrain>(context.Instance().Id).LoginAsync(new LoginAttempt
        {
            // None at all takes as long as a wrong one.
            DerivedPassphrase = form["passphrase"],
            LongRun = longRun,
            ShortRun = !longRun && LeadsToAuthorize(context, target),
            Visitor = owner.VisitorOf(context),
            TrustedDevice = TrustedDeviceCookie.Read(context, form),
        });
    }

    private IResult Answer(HttpContext context, AuthForm form, string target, LoginOutcome outcome)
    {
        if (outcome.Session is { } session)
        {
            owner.Begin(context, session);
            return SeeOther.Or(context, target);
        }

        if (outcome.TwoFactorToken is { } token)
        {
            return SeeOther.Or(context, TwoFactorPage.AddressFor(context, token, form.IsTicked("long-run-session"), target));
        }

        var texts = PageLanguage.Of(context);
        return Refuse(context, target, texts.WrongPassphrase, texts.WrongPasswordForClients, StatusCodes.Status401Unauthorized);
    }

    /// <summary>Whether the owner only comes in to let a client in.</summary>
    public static bool LeadsToAuthorize(HttpContext context, string target) =>
        target.StartsWith(InstanceAddress.Of(context).Root + "auth/authorize", StringComparison.Ordinal);

    private static IResult Refuse(HttpContext context, string target, string forPeople, string forClients, int status) =>
        AuthJson.IsWanted(context.Request)
            ? AuthJson.Error(forClients, status)
            : LoginPage.Show(context, target, forPeople, status);

    private static IResult RefuseTarget(HttpContext context, string line) =>
        Refusal.Show(context, StatusCodes.Status400BadRequest, line, PageLanguage.Of(context).ErrorForeignTarget);
}
