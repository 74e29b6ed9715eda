using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Pages;

/// <summary>The pages for an owner who forgot the passphrase.</summary>
internal static class ResetPages
{
    /// <summary>Where a link or the hint is asked for.</summary>
    public static IResult Ask(HttpContext context, string? notice = null, int status = StatusCodes.Status200OK)
    {
        var texts = PageLanguage.Of(context);
        var security = texts.Security;
        return new Page(security.ResetTitle, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{security.ResetTitle}</h1>
            {(notice is null ? Html.Empty : Html.Of($"""<p class="notice" role="alert">{notice}</p>"""))}
            <p class="lead">{security.ResetIntroduction}</p>
            <form method="post" action="/auth/passphrase_reset">
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            <button class="button" type="submit">{security.ResetSend}</button>
            </form>
            <p class="lead lead--second">{security.HintIntroduction}</p>
            <form method="post" action="/auth/hint">
            <button class="button button--quiet" type="submit">{security.HintSend}</button>
            </form>
            <p class="aside"><a href="/auth/login">{security.BackToLogin}</a></p>
            """))
        {
            Status = status,
        };
    }

    /// <summary>After something was mailed.</summary>
    public static IResult Sent(HttpContext context, string text)
    {
        var security = PageLanguage.Of(context).Security;
        return new Page(security.SentTitle, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{security.SentTitle}</h1>
            <p class="lead">{text}</p>
            <p class="aside"><a href="/auth/login">{security.BackToLogin}</a></p>
            """));
    }

    /// <summary>Where a new passphrase is chosen.</summary>
    public static IResult Renew(HttpContext context, string token, string? error = null, int status = StatusCodes.Status200OK)
    {
        var texts = PageLanguage.Of(context);
        var security = texts.Security;
        var domain = InstanceAddress.Of(context).Domain;
        return new Page(security.RenewTitle, Html.Of(
            $"""
            <p class="eyebrow">{domain}</p>
            <h1>{security.RenewTitle}</h1>
            <p class="lead">{security.RenewIntroduction}</p>
            <form id="renew-passphrase-form" class="form" method="post" action="/auth/passphrase_renew" {NewPassphraseForm.Attributes(texts, context.Instance(), security.RenewSaving)}>
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            <input type="hidden" name="passphrase_reset_token" value="{token}">
            {PassphraseField.Preamble(texts, domain)}
            {NewPassphraseForm.Fields(texts, "passphrase", error, hasFocus: true, replaces: true)}
            <button class="button" type="submit" disabled>{security.RenewSave}</button>
            </form>
            """))
        {
            Status = status,
            Script = PassphraseField.Script,
        };
    }
}
