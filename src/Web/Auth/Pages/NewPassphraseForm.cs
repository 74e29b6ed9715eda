using Cozy.Grains.Auth;
using Cozy.Grains.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;

namespace Cozy.Web.Auth.Pages;

/// <summary>The part of a form in which a new passphrase is chosen, and a hint for it.</summary>
internal static class NewPassphraseForm
{
    /// <summary>What the form itself must carry for the script.</summary>
    public static Html Attributes(Texts texts, Instance instance, string busy) => Html.Of(
        $"""data-derive data-new data-salt="{PassphraseDerivation.Salt(instance.Domain)}" data-iterations="{PassphraseDerivation.DefaultIterations}" data-busy="{busy}" data-failed="{texts.DerivationFailed}" data-too-short="{texts.PassphraseTooShort}" data-hint-error="{texts.HintIsPassphrase}" """);

    /// <summary>The fields.</summary>
    /// <param name="texts">The language.</param>
    /// <param name="name">The name of the field of the passphrase.</param>
    /// <param name="error">Why the last attempt failed, if there was one.</param>
    /// <param name="hasFocus">Whether typing starts here.</param>
    /// <param name="replaces">Whether there is a passphrase already, with which this one must not be confused.</param>
    public static Html Fields(Texts texts, string name, string? error, bool hasFocus, bool replaces = false) => Html.Of(
        $"""
        <input type="hidden" name="iterations" value="{PassphraseDerivation.DefaultIterations}">
        {PassphraseField.Input(texts, name, replaces ? texts.Security.ReplacingPassphrase : texts.NewPassphrase, "new-password", error, texts.PassphraseAdvice, PassphraseDerivation.DefaultIterations, hasFocus)}
        <div class="strength" data-strength="0"><span class="strength__bar" aria-hidden="true"><i></i><i></i><i></i><i></i></span><span class="strength__word" aria-live="polite" data-words="{texts.StrengthVeryWeak}|{texts.StrengthWeak}|{texts.StrengthGood}|{texts.StrengthStrong}"></span></div>
        <div class="field">
        <label for="hint">{texts.Hint}</label>
        <input id="hint" name="hint" type="text" maxlength="200" autocomplete="off" aria-describedby="hint-error hint-advice">
        <p id="hint-error" class="error" role="alert" data-hint-message></p>
        <p id="hint-advice" class="advice">{texts.HintAdvice}</p>
        </div>
        """);
}
