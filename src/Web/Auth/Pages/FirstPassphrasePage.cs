using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Pages;

/// <summary>The page on which the owner of a new instance chooses the passphrase.</summary>
internal static class FirstPassphrasePage
{
    /// <param name="context">The request.</param>
    /// <param name="registerToken">The token of the activation link, which is the instance's.</param>
    /// <param name="error">Why the last attempt failed, if there was one.</param>
    /// <param name="status">The status of the answer.</param>
    public static IResult Show(
        HttpContext context, string registerToken, string? error = null, int status = StatusCodes.Status200OK)
    {
        var instance = context.Instance();
        var texts = PageLanguage.Of(context);
        var greeting = string.IsNullOrEmpty(instance.PublicName)
            ? texts.ChooseGreeting
            : Texts.With(texts.ChooseGreetingByName, instance.PublicName);
        var domain = InstanceAddress.Of(context).Domain;
        return new Page(texts.ChooseTitle, Html.Of(
            $"""
            <p class="eyebrow">{domain}</p>
            <h1>{greeting}</h1>
            <p class="lead">{texts.ChooseIntroduction}</p>
            <form id="new-pass-form" class="form" method="post" action="/auth/passphrase" {NewPassphraseForm.Attributes(texts, instance, texts.Choosing)}>
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            <input type="hidden" name="register_token" value="{registerToken}">
            {PassphraseField.Preamble(texts, domain)}
            {NewPassphraseForm.Fields(texts, "passphrase", error, hasFocus: true)}
            <button class="button" type="submit" disabled>{texts.Choose}</button>
            </form>
            """))
        {
            Status = status,
            Script = PassphraseField.Script,
        };
    }
}
