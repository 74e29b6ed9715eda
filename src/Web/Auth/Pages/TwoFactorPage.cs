using Cozy.Grains.Auth;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Pages;

/// <summary>The page on which the code of the second factor is entered.</summary>
internal static class TwoFactorPage
{
    /// <summary>The address of the page.</summary>
    public static string AddressFor(HttpContext context, string token, bool longRun, string target, string? providerSession = null) =>
        $"{InstanceAddress.Of(context).Root}auth/twofactor?two_factor_token={token}"
        + $"&long-run-session={(longRun ? "true" : "false")}&redirect={Uri.EscapeDataString(target)}"
        + (providerSession is null ? "" : $"&provider-session={Uri.EscapeDataString(providerSession)}");

    /// <summary>The address of the page when something is confirmed.</summary>
    public static string AddressFor(HttpContext context, string token, string state, string target) =>
        $"{InstanceAddress.Of(context).Root}auth/twofactor?two_factor_token={token}&trusted_device_checkbox=false"
        + $"&confirm=true&state={Uri.EscapeDataString(state)}&redirect={Uri.EscapeDataString(target)}";

    /// <param name="context">The request.</param>
    /// <param name="factor">Where the code comes from.</param>
    /// <param name="step">What the first step gave.</param>
    /// <param name="error">Why the last attempt failed, if there was one.</param>
    /// <param name="status">The status of the answer.</param>
    public static IResult Show(
        HttpContext context, SecondFactor factor, TwoFactorStep step, string? error = null, int status = StatusCodes.Status200OK)
    {
        var texts = PageLanguage.Of(context);
        var security = texts.Security;
        var confirms = step.ConfirmedState is { } state
            ? Html.Of(
                $"""
                <input type="hidden" name="confirm" value="true"><input type="hidden" name="state" value="{state}">
                """)
            : step.ProviderSession is { } provider
                ? Html.Of($"""<input type="hidden" name="provider-session" value="{provider}">""")
                : Html.Empty;
        var trust = step.LeadsToAuthorize || step.ConfirmedState is not null
            ? Html.Empty
            : Html.Of(
                $"""
                <label class="check"><input type="checkbox" name="two-factor-generate-trusted-device-token" value="true"><span>{security.TrustDevice}</span></label>
                """);
        return new Page(security.CodeTitle, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{security.CodeTitle}</h1>
            <p class="lead">{(factor == SecondFactor.App ? security.CodeByApp : security.CodeByMail)}</p>
            <form id="two-factor-form" class="form" method="post" action="/auth/twofactor">
            <input type="hidden" name="two-factor-token" value="{step.Token}">
            <input type="hidden" name="long-run-session" value="{(step.LongRun ? "true" : "false")}">
            <input type="hidden" name="redirect" value="{step.Target}">
            {confirms}
            {CodeField.Render("two-factor-passcode", security.Code, error, hasFocus: true)}
            {trust}
            <button class="button" type="submit">{security.Continue}</button>
            </form>
            {(step.ConfirmedState is null ? Html.Of($"""<p class="aside"><a href="/auth/login">{security.BackToLogin}</a></p>""") : Html.Empty)}
            """))
        {
            Status = status,
            FormTarget = ConfirmationTarget.ForeignSourceOf(step.Target, InstanceAddress.Of(context)),
        };
    }
}

/// <summary>Where the first step of a login has led.</summary>
/// <param name="Token">What goes with the code.</param>
/// <param name="LongRun">Whether the session outlives the browser.</param>
/// <param name="Target">Where to go afterwards.</param>
/// <param name="LeadsToAuthorize">The owner only comes in to let a client in.</param>
/// <param name="ConfirmedState">The owner does not log in but confirms what has this name; null for a login.</param>
/// <param name="ProviderSession">The session at an OpenID provider whose end ends this one; null for none.</param>
internal sealed record TwoFactorStep(
    string Token, bool LongRun, string Target, bool LeadsToAuthorize, string? ConfirmedState, string? ProviderSession = null);

/// <summary>A field for a code that was mailed or that an app shows.</summary>
internal static class CodeField
{
    public static Html Render(string name, string label, string? error, bool hasFocus) => Html.Of(
        $"""
        <div class="field">
        <label for="{name}">{label}</label>
        <input id="{name}" class="code" name="{name}" type="text" inputmode="text" autocomplete="one-time-code" autocapitalize="off" autocorrect="off" spellcheck="false" maxlength="40" required{(hasFocus ? Html.Of($" autofocus") : Html.Empty)} aria-describedby="{name}-error"{(error is null ? Html.Empty : Html.Of($""" aria-invalid="true" """))}>
        <p id="{name}-error" class="error" role="alert">{error}</p>
        </div>
        """);
}
