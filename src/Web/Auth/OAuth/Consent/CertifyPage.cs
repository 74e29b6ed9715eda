using Cozy.Grains.OAuth;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.OAuth.Consent;

/// <summary>The page on which the owner says that a client is their own application.</summary>
internal static class CertifyPage
{
    private const string Field = "code";

    /// <summary>Before a code is sent.</summary>
    public static IResult Show(HttpContext context, OAuthClient client) =>
        Show(context, client, name => context.Request.Query[name].ToString(), token: "", error: null, StatusCodes.Status200OK);

    /// <param name="context">The request.</param>
    /// <param name="client">The client.</param>
    /// <param name="form">What the client asked for.</param>
    /// <param name="token">What goes with the code; empty when none was sent.</param>
    /// <param name="error">Why the last attempt failed, if there was one.</param>
    /// <param name="status">The status of the answer.</param>
    public static IResult Show(
        HttpContext context, OAuthClient client, AuthForm form, string token, string? error = null, int status = StatusCodes.Status200OK) =>
        Show(context, client, name => form[name], token, error, status);

    private static Page Show(
        HttpContext context, OAuthClient client, Func<string, string> valueOf, string token, string? error, int status)
    {
        var page = PageLanguage.Of(context);
        var texts = ConsentTexts.For(page);
        var title = Texts.With(texts.CertifyTitle, client.Name);
        var sent = token.Length > 0;
        var entry = sent
            ? Html.Of($"""<input type="hidden" name="token" value="{token}">{CodeField.Render(Field, page.Security.Code, error, hasFocus: true)}""")
            : error is null ? Html.Empty : Html.Of($"""<p class="error" role="alert">{error}</p>""");
        return new Page(title, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{title}</h1>
            <p class="lead">{(sent ? texts.CertifySent : Texts.With(texts.CertifyText, client.Name))}</p>
            <p class="notice">{Texts.With(texts.CertifyWarning, client.Name)}</p>
            <form class="form" method="post" action="/auth/authorize/certify">
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            {AuthorizationParameters.Fields(valueOf)}
            {entry}
            <button class="button" type="submit">{(sent ? page.Security.Continue : texts.SendCode)}</button>
            </form>
            """))
        {
            Status = status,
        };
    }
}
