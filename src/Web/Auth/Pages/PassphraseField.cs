using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;

namespace Cozy.Web.Auth.Pages;

/// <summary>
/// The fields in which the owner types passphrases. What is typed has no field name, so that not even a browser
/// without scripts can send it; the script puts what it derived into the hidden field.
/// </summary>
internal static class PassphraseField
{
    public const string Script = "scripts/passphrase.js";

    /// <summary>The only field of a form, and what goes with it.</summary>
    public static Html Render(Texts texts, string account, string label, string autocomplete, string? error, string? advice) =>
        Html.Of($"{Preamble(texts, account)}{Input(texts, "passphrase", label, autocomplete, error, advice, iterations: null, hasFocus: true)}");

    /// <summary>What a form with passphrases begins with: what it needs, and for whom a browser is to keep them.</summary>
    public static Html Preamble(Texts texts, string account) => Html.Of(
        $"""
        <noscript><p class="notice">{texts.NeedsScript}</p></noscript>
        <p class="notice" data-insecure hidden>{texts.NeedsSecureContext}</p>
        <input class="visually-hidden" type="text" autocomplete="username" value="{account}" tabindex="-1" aria-hidden="true" readonly>

        """);

    /// <summary>One field.</summary>
    /// <param name="texts">The language.</param>
    /// <param name="name">The name of the hidden field.</param>
    /// <param name="label">What to type.</param>
    /// <param name="autocomplete">What a browser may fill in.</param>
    /// <param name="error">Why the last attempt failed, if there was one.</param>
    /// <param name="advice">What helps.</param>
    /// <param name="iterations">The rounds; null for those of the form.</param>
    /// <param name="hasFocus">Whether typing starts here.</param>
    public static Html Input(
        Texts texts, string name, string label, string autocomplete, string? error, string? advice, int? iterations, bool hasFocus)
    {
        var described = advice is null ? $"{name}-error" : $"{name}-error {name}-advice";
        var rounds = iterations is { } number ? Html.Of($""" data-iterations="{number}" """) : Html.Empty;
        return Html.Of(
            $"""
            <input type="hidden" name="{name}">
            <div class="field">
            <label for="{name}">{label}</label>
            <div class="secret">
            <input id="{name}" type="password" data-into="{name}" {rounds} autocomplete="{autocomplete}" autocapitalize="off" autocorrect="off" spellcheck="false" required{(hasFocus ? Html.Of($" autofocus") : Html.Empty)} aria-describedby="{described}"{Invalid(error)}>
            <button class="secret__reveal" type="button" aria-controls="{name}" aria-pressed="false" aria-label="{texts.ShowPassphrase}" data-show="{texts.Show}" data-hide="{texts.Hide}" hidden>{texts.Show}</button>
            </div>
            <p id="{name}-error" class="error" role="alert" data-error>{error}</p>
            {Advice(name, advice)}
            </div>
            """);
    }

    private static Html Invalid(string? error) => error is null ? Html.Empty : Html.Of($""" aria-invalid="true" """);

    private static Html Advice(string name, string? advice) =>
        advice is null ? Html.Empty : Html.Of($"""<p id="{name}-advice" class="advice">{advice}</p>""");
}
