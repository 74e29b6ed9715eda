using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;

namespace Cozy.Web.Auth.Pages;

/// <summary>
/// The field in which the owner types the passphrase. What is typed has no field name, so that not even a browser
/// without scripts can send it; the script puts what it derived into the hidden field.
/// </summary>
internal static class PassphraseField
{
    public const string Script = "scripts/passphrase.js";

    public static Html Render(Texts texts, string account, string label, string autocomplete, string? error, string? advice)
    {
        var described = advice is null ? "passphrase-error" : "passphrase-error passphrase-advice";
        return Html.Of(
            $"""
            <noscript><p class="notice">{texts.NeedsScript}</p></noscript>
            <p class="notice" data-insecure hidden>{texts.NeedsSecureContext}</p>
            <input class="visually-hidden" type="text" autocomplete="username" value="{account}" tabindex="-1" aria-hidden="true" readonly>
            <input type="hidden" name="passphrase">
            <div class="field">
            <label for="passphrase">{label}</label>
            <div class="secret">
            <input id="passphrase" type="password" autocomplete="{autocomplete}" autocapitalize="off" autocorrect="off" spellcheck="false" required autofocus aria-describedby="{described}"{Invalid(error)}>
            <button class="secret__reveal" type="button" aria-controls="passphrase" aria-pressed="false" aria-label="{texts.ShowPassphrase}" data-show="{texts.Show}" data-hide="{texts.Hide}" hidden>{texts.Show}</button>
            </div>
            <p id="passphrase-error" class="error" role="alert" data-error>{error}</p>
            {Advice(advice)}
            </div>
            """);
    }

    private static Html Invalid(string? error) => error is null ? Html.Empty : Html.Of($""" aria-invalid="true" """);

    private static Html Advice(string? advice) =>
        advice is null ? Html.Empty : Html.Of($"""<p id="passphrase-advice" class="advice">{advice}</p>""");
}
