using Cozy.Web.Auth.Security;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Pages;

/// <summary>The page on which the owner confirms with the passphrase what an app is about to do.</summary>
internal static class ConfirmPage
{
    /// <param name="context">The request.</param>
    /// <param name="state">The name of what is confirmed.</param>
    /// <param name="target">Where to go afterwards.</param>
    /// <param name="error">Why the last attempt failed, if there was one.</param>
    /// <param name="status">The status of the answer.</param>
    public static IResult Show(
        HttpContext context, string state, string target, string? error = null, int status = StatusCodes.Status200OK)
    {
        var texts = PageLanguage.Of(context);
        var security = texts.Security;
        var address = InstanceAddress.Of(context);
        return new Page(security.ConfirmTitle, Html.Of(
            $"""
            <p class="eyebrow">{address.Domain}</p>
            <h1>{security.ConfirmTitle}</h1>
            <p class="lead">{Texts.With(security.ConfirmIntroduction, new Uri(target).Authority)}</p>
            <form id="confirm-form" class="form" method="post" action="/auth/confirm" {FactorPages.ConfirmAttributes(texts, context.Instance(), security.Confirming)}>
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            <input type="hidden" name="state" value="{state}">
            <input type="hidden" name="redirect" value="{target}">
            {PassphraseField.Render(texts, address.Domain, texts.Passphrase, "current-password", error, advice: null)}
            <button class="button" type="submit" disabled>{security.Confirm}</button>
            </form>
            <p class="aside"><a href="/auth/passphrase_reset">{security.Forgotten}</a></p>
            """))
        {
            Status = status,
            Script = PassphraseField.Script,
            FormTarget = ConfirmationTarget.ForeignSourceOf(target, address),
        };
    }
}
