using Cozy.Grains.Auth;
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
        var iterations = PassphraseDerivation.DefaultIterations;
        return new Page(texts.ChooseTitle, Html.Of(
            $"""
            <p class="eyebrow">{domain}</p>
            <h1>{greeting}</h1>
            <p class="lead">{texts.ChooseIntroduction}</p>
            <form id="new-pass-form" class="form" method="post" action="/auth/passphrase" data-derive data-new data-salt="{PassphraseDerivation.Salt(instance.Domain)}" data-iterations="{iterations}" data-busy="{texts.Choosing}" data-failed="{texts.DerivationFailed}" data-too-short="{texts.PassphraseTooShort}" data-hint-error="{texts.HintIsPassphrase}">
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            <input type="hidden" name="register_token" value="{registerToken}">
            <input type="hidden" name="iterations" value="{iterations}">
            {PassphraseField.Render(texts, domain, texts.NewPassphrase, "new-password", error, texts.PassphraseAdvice)}
            <div class="strength" data-strength="0"><span class="strength__bar" aria-hidden="true"><i></i><i></i><i></i><i></i></span><span class="strength__word" aria-live="polite" data-words="{texts.StrengthVeryWeak}|{texts.StrengthWeak}|{texts.StrengthGood}|{texts.StrengthStrong}"></span></div>
            <div class="field">
            <label for="hint">{texts.Hint}</label>
            <input id="hint" name="hint" type="text" maxlength="200" autocomplete="off" aria-describedby="hint-error hint-advice">
            <p id="hint-error" class="error" role="alert" data-hint-message></p>
            <p id="hint-advice" class="advice">{texts.HintAdvice}</p>
            </div>
            <button class="button" type="submit" disabled>{texts.Choose}</button>
            </form>
            """))
        {
            Status = status,
            Script = PassphraseField.Script,
        };
    }
}
