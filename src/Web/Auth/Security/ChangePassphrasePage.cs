using Cozy.Grains.Auth;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Security;

/// <summary>The page on which the owner changes the passphrase.</summary>
internal static class ChangePassphrasePage
{
    public static IResult Show(HttpContext context, string? wrongPassphrase = null, string? error = null, int status = StatusCodes.Status200OK)
    {
        var texts = PageLanguage.Of(context);
        var security = texts.Security;
        var instance = context.Instance();
        return new Page(security.ChangePassphrase, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{security.ChangePassphrase}</h1>
            <p class="lead">{security.RenewIntroduction}</p>
            <form class="form" method="post" action="/auth/security/passphrase" {NewPassphraseForm.Attributes(texts, instance, security.RenewSaving)}>
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            {PassphraseField.Preamble(texts, instance.Domain)}
            {PassphraseField.Input(texts, "current_passphrase", security.CurrentPassphrase, "current-password", wrongPassphrase, null, Prelogin.IterationsOf(instance), hasFocus: true)}
            {NewPassphraseForm.Fields(texts, "passphrase", error, hasFocus: false, replaces: true)}
            <button class="button" type="submit" disabled>{security.RenewSave}</button>
            </form>
            <p class="aside"><a href="/auth/security">{security.BackToSecurity}</a></p>
            """))
        {
            Status = status,
            Script = PassphraseField.Script,
        };
    }

    /// <summary>Where an owner with a second factor shows it, so that the new passphrase takes its place.</summary>
    /// <param name="context">The request.</param>
    /// <param name="factor">Where the code comes from.</param>
    /// <param name="token">What goes with the code.</param>
    /// <param name="change">The change, handed on.</param>
    /// <param name="error">Why the last attempt failed, if there was one.</param>
    /// <param name="status">The status of the answer.</param>
    public static IResult Code(
        HttpContext context, SecondFactor factor, string token, ChangePassphraseForm change, string? error = null, int status = StatusCodes.Status200OK)
    {
        var security = PageLanguage.Of(context).Security;
        return new Page(security.CodeTitle, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{security.CodeTitle}</h1>
            <p class="lead">{(factor == SecondFactor.App ? security.CodeByApp : security.CodeByMail)}</p>
            <form class="form" method="post" action="/auth/security/passphrase">
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            <input type="hidden" name="passphrase" value="{change.NewPassphrase}">
            <input type="hidden" name="iterations" value="{change.Iterations}">
            <input type="hidden" name="hint" value="{change.Hint}">
            <input type="hidden" name="token" value="{token}">
            {CodeField.Render("code", security.CodeForChange, error, hasFocus: true)}
            <button class="button" type="submit">{security.RenewSave}</button>
            </form>
            <p class="aside"><a href="/auth/security">{security.BackToSecurity}</a></p>
            """))
        {
            Status = status,
        };
    }
}

/// <summary>What the form of <see cref="ChangePassphrasePage"/> says.</summary>
internal sealed record ChangePassphraseForm(
    string CurrentPassphrase, string NewPassphrase, string Iterations, string Hint, string Token, string Code)
{
    public static ChangePassphraseForm Of(AuthForm form) => new(
        form["current_passphrase"], form["passphrase"], form["iterations"], form["hint"], form["token"], form["code"]);
}
