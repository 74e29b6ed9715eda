using System.Text;
using Cozy.Grains.Auth;
using Cozy.Grains.Instances;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using QRCoder;

namespace Cozy.Web.Auth.Security;

/// <summary>The pages on which the second factor is turned on and off.</summary>
internal static class FactorPages
{
    private const int PixelsPerModule = 6;

    /// <summary>Where an authenticator app is given its key.</summary>
    /// <param name="context">The request.</param>
    /// <param name="secret">The key in base32, which the form brings back: it is kept nowhere until a code has proved it.</param>
    /// <param name="wrongPassphrase">The passphrase was wrong.</param>
    /// <param name="wrongCode">The code was wrong.</param>
    /// <param name="status">The status of the answer.</param>
    public static IResult App(
        HttpContext context, string secret, string? wrongPassphrase = null, string? wrongCode = null, int status = StatusCodes.Status200OK)
    {
        var texts = PageLanguage.Of(context);
        var security = texts.Security;
        var instance = context.Instance();
        return new Page(security.AppTitle, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{security.AppTitle}</h1>
            <p class="lead">{security.AppScan}</p>
            <img class="qr" src="{PictureOf(instance, secret)}" width="220" height="220" alt="{security.AppPicture}">
            <p class="advice">{security.AppKey}</p>
            <p class="key"><code>{Grouped(secret)}</code></p>
            <form class="form" method="post" action="/auth/security/app" {ConfirmAttributes(texts, instance, security.AppTurningOn)}>
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            <input type="hidden" name="secret" value="{secret}">
            {PassphraseField.Preamble(texts, instance.Domain)}
            {CodeField.Render("code", security.AppCode, wrongCode, hasFocus: true)}
            {PassphraseField.Input(texts, "passphrase", texts.Passphrase, "current-password", wrongPassphrase, null, null, hasFocus: false)}
            <button class="button" type="submit" disabled>{security.AppTurnOn}</button>
            </form>
            <p class="aside"><a href="/auth/security">{security.BackToSecurity}</a></p>
            """))
        {
            Status = status,
            Script = PassphraseField.Script,
        };
    }

    /// <summary>The recovery codes, shown this once.</summary>
    public static IResult Recovery(HttpContext context, IReadOnlyList<string> codes)
    {
        var security = PageLanguage.Of(context).Security;
        return new Page(security.RecoveryTitle, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{security.RecoveryTitle}</h1>
            <p class="lead">{security.RecoveryText}</p>
            <ul class="codes">{Html.Join(codes.Select(code => Html.Of($"<li><code>{code}</code></li>")))}</ul>
            <p><a class="button" href="/auth/security">{security.RecoveryDone}</a></p>
            """));
    }

    /// <summary>Where the code that was mailed is entered.</summary>
    public static IResult Mail(HttpContext context, string? wrongCode = null, int status = StatusCodes.Status200OK)
    {
        var security = PageLanguage.Of(context).Security;
        return new Page(security.MailTitle, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{security.MailTitle}</h1>
            <p class="lead">{Texts.With(security.MailText, context.Instance().Email ?? "")}</p>
            <form class="form" method="post" action="/auth/security/mail">
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            {CodeField.Render("code", security.Code, wrongCode, hasFocus: true)}
            <button class="button" type="submit">{security.AppTurnOn}</button>
            </form>
            <p class="aside"><a href="/auth/security">{security.BackToSecurity}</a></p>
            """))
        {
            Status = status,
        };
    }

    /// <summary>Where turning it off is confirmed.</summary>
    public static IResult Off(HttpContext context, string? wrongPassphrase = null, int status = StatusCodes.Status200OK)
    {
        var texts = PageLanguage.Of(context);
        var security = texts.Security;
        return new Page(security.OffTitle, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{security.OffTitle}</h1>
            <p class="lead">{security.OffText}</p>
            <form class="form" method="post" action="/auth/security/off" {ConfirmAttributes(texts, context.Instance(), security.AppTurningOn)}>
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            {PassphraseField.Render(texts, context.Instance().Domain, texts.Passphrase, "current-password", wrongPassphrase, null)}
            <button class="button" type="submit" disabled>{security.TurnOff}</button>
            </form>
            <p class="aside"><a href="/auth/security">{security.BackToSecurity}</a></p>
            """))
        {
            Status = status,
            Script = PassphraseField.Script,
        };
    }

    /// <summary>What a form must carry in which the current passphrase confirms something.</summary>
    public static Html ConfirmAttributes(Texts texts, Instance instance, string busy) => Html.Of(
        $"""data-derive data-salt="{PassphraseDerivation.Salt(instance.Domain)}" data-iterations="{Prelogin.IterationsOf(instance)}" data-busy="{busy}" data-failed="{texts.DerivationFailed}" """);

    private static string PictureOf(Instance instance, string secret)
    {
        var label = Uri.EscapeDataString($"Cozy:{instance.Domain}");
        using var data = QRCodeGenerator.GenerateQrCode(
            $"otpauth://totp/{label}?secret={secret}&issuer=Cozy", QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        var picture = code.GetGraphic(PixelsPerModule, "#000000", "#ffffff");
        return "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(picture));
    }

    private static string Grouped(string secret) =>
        string.Join(' ', secret.Chunk(4).Select(group => new string(group))).ToLowerInvariant();
}
