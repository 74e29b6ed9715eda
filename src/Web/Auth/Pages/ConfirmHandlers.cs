using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Web.Auth.OpenId;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Auth.Pages;

/// <summary>
/// Confirming something sensitive with the passphrase: an app sends the browser to the page, and gets it back with a
/// code that shows that the person in front of it is the owner.
/// </summary>
internal sealed class ConfirmHandlers(
    IGrainFactory grains, OwnerSession owner, OpenIdProviders providers, IOptions<WebOptions> options)
{
    private const string NoState = "The state parameter is mandatory";

    public IResult Show(HttpContext context)
    {
        var query = context.Request.Query;
        if (providers.AreForced(context.Instance()) && query["state"].ToString() is { Length: > 0 } named)
        {
            return new SeeOther(
                $"{InstanceAddress.Of(context).Root}oidc/start?confirm_state={Uri.EscapeDataString(named)}&redirect={Uri.EscapeDataString(query["redirect"].ToString())}");
        }

        return Read(context, query["state"].ToString(), query["redirect"].ToString(), out var target)
            ?? ConfirmPage.Show(context, query["state"].ToString(), target);
    }

    public async Task<IResult> PostAsync(HttpContext context)
    {
        var form = await AuthForm.ReadAsync(context.Request);
        var state = form["state"];
        if (providers.AreForced(context.Instance()))
            return Results.BadRequest();
        if (Read(context, state, form["redirect"], out var target) is { } refusal)
            return refusal;

        var texts = PageLanguage.Of(context);
        try
        {
            var outcome = await grains.GetGrain<IConfirmationGrain>(context.Instance().Id).ConfirmAsync(new Confirmation
            {
                DerivedPassphrase = form["passphrase"],
                State = state,
                Visitor = owner.VisitorOf(context),
                TrustedDevice = TrustedDeviceCookie.Read(context, form),
            });
            return outcome switch
            {
                { Code: { } code } => SeeOther.Or(context, ConfirmationTarget.With(target, code, state)),
                { TwoFactorToken: { } token } => SeeOther.Or(context, TwoFactorPage.AddressFor(context, token, state, target)),
                _ => Refuse(context, state, target, texts.WrongPassphrase, texts.WrongPasswordForClients, StatusCodes.Status401Unauthorized),
            };
        }
        catch (CozyException e) when (e.Kind is ErrorKind.TooManyRequests or ErrorKind.Unavailable)
        {
            return e.Kind == ErrorKind.TooManyRequests
                ? Refuse(context, state, target, texts.TooManyAttempts, texts.TooManyAttempts, StatusCodes.Status429TooManyRequests)
                : Refuse(context, state, target, texts.ErrorUnavailable, texts.ErrorUnavailable, StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>Whether a code is good; it stays good for some minutes.</summary>
    public async Task<IResult> CheckAsync(HttpContext context, string code) =>
        await grains.GetGrain<IConfirmationGrain>(context.Instance().Id).IsConfirmedAsync(code)
            ? Results.NoContent()
            : AuthJson.Error("invalid code", StatusCodes.Status401Unauthorized);

    /// <summary>Why the request cannot be served; null when it can.</summary>
    private IResult? Read(HttpContext context, string state, string redirect, out string target)
    {
        target = "";
        var texts = PageLanguage.Of(context);
        if (!ConfirmationTarget.IsState(state))
            return Refusal.Show(context, StatusCodes.Status400BadRequest, NoState, texts.Security.ConfirmRefused);
        if (!ConfirmationTarget.TryResolve(redirect, InstanceAddress.Of(context), options.Value, out var resolved, out var error))
            return Refusal.Show(context, StatusCodes.Status400BadRequest, error, texts.ErrorForeignTarget);
        target = resolved;
        return null;
    }

    private static IResult Refuse(HttpContext context, string state, string target, string forPeople, string forClients, int status) =>
        AuthJson.IsWanted(context.Request)
            ? AuthJson.Error(forClients, status)
            : ConfirmPage.Show(context, state, target, forPeople, status);
}
