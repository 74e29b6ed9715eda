using Cozy.Grains.Auth;
using Cozy.Web.Auth.OpenId;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Auth.Pages;

/// <summary>The page to log in.</summary>
internal static class LoginPage
{
    /// <summary>The address of the page, for a visitor who wants to come back to where the request led.</summary>
    public static string AddressFor(HttpContext context)
    {
        var address = InstanceAddress.Of(context);
        var target = $"{address.Origin}{context.Request.Path.ToUriComponent()}{context.Request.QueryString.ToUriComponent()}";
        return $"{address.Root}auth/login?redirect={Uri.EscapeDataString(target)}";
    }

    /// <param name="context">The request.</param>
    /// <param name="redirect">Where to go afterwards; empty for the first page.</param>
    /// <param name="error">Why the last attempt failed, if there was one.</param>
    /// <param name="status">The status of the answer.</param>
    public static IResult Show(
        HttpContext context, string redirect, string? error = null, int status = StatusCodes.Status200OK)
    {
        var instance = context.Instance();
        var texts = PageLanguage.Of(context);
        var greeting = string.IsNullOrEmpty(instance.PublicName)
            ? texts.LoginGreeting
            : Texts.With(texts.LoginGreetingByName, instance.PublicName);
        var domain = InstanceAddress.Of(context).Domain;
        var provider = context.RequestServices.GetRequiredService<OpenIdProviders>().Of(instance);
        var elsewhere = provider is null ? Html.Empty : Elsewhere(texts, provider, redirect, isOnly: provider.DisablePassphrases);
        if (provider is { DisablePassphrases: true })
        {
            return new Page(texts.LoginTitle, Html.Of(
                $"""
                <p class="eyebrow">{domain}</p>
                <h1>{greeting}</h1>
                {elsewhere}
                """))
            {
                Status = status,
            };
        }

        return new Page(texts.LoginTitle, Html.Of(
            $"""
            <p class="eyebrow">{domain}</p>
            <h1>{greeting}</h1>
            <p class="lead">{texts.LoginIntroduction}</p>
            <form id="login-form" class="form" method="post" action="/auth/login" data-derive data-salt="{PassphraseDerivation.Salt(instance.Domain)}" data-iterations="{Prelogin.IterationsOf(instance)}" data-busy="{texts.LoggingIn}" data-failed="{texts.DerivationFailed}">
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            <input type="hidden" name="redirect" value="{redirect}">
            {PassphraseField.Render(texts, domain, texts.Passphrase, "current-password", error, advice: null)}
            <label class="check"><input type="checkbox" name="long-run-session" value="1" checked><span>{texts.StayLoggedIn}</span></label>
            <button class="button" type="submit" disabled>{texts.LogIn}</button>
            </form>
            {elsewhere}
            <p class="aside"><a href="/auth/passphrase_reset">{texts.Security.Forgotten}</a></p>
            """))
        {
            Status = status,
            Script = PassphraseField.Script,
        };
    }

    private static Html Elsewhere(Texts texts, OpenIdProvider provider, string redirect, bool isOnly) => Html.Of(
        $"""
        <p class="elsewhere"><a class="{(isOnly ? "button" : "button button--quiet")}" href="/oidc/start?redirect={Uri.EscapeDataString(redirect)}">{Texts.With(texts.Security.OpenIdLogIn, provider.Name)}</a></p>
        """);
}
