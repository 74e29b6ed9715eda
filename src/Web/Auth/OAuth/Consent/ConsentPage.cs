using Cozy.Grains.OAuth;
using Cozy.Grains.Permissions;
using Cozy.Web.Auth.OAuth.Protocol;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.OAuth.Consent;

/// <summary>The page on which the owner decides whether a client gets what it asks for.</summary>
internal static class ConsentPage
{
    public static IResult Show(HttpContext context, OAuthGrant grant)
    {
        var texts = ConsentTexts.For(PageLanguage.Of(context));
        var client = grant.Client;
        var target = new Uri(grant.RedirectUri!);
        var everything = grant.Scope == "*";
        return new Page(texts.Title, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{Texts.With(texts.Question, client.Name)}</h1>
            <p class="lead">{Texts.With(everything ? texts.AsksForEverything : texts.Asks, client.Name)}</p>
            {(everything ? Html.Of($"""<p class="notice">{Texts.With(texts.EverythingWarning, client.Name)}</p>""") : Html.Empty)}
            <dl class="facts">{Permissions(grant, texts)}</dl>
            <p class="advice">{SentTo(target, texts)} {texts.Revocable} {Policy(client, texts)}</p>
            <form class="choices" method="post" action="/auth/authorize">
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            {AuthorizationParameters.Fields(name => context.Request.Query[name].ToString())}
            <button class="button" type="submit">{texts.Agree}</button>
            <a class="button button--quiet" href="{CancelAddress(context, grant)}">{texts.Cancel}</a>
            </form>
            """))
        {
            FormTarget = RedirectUri.SourceOf(target),
        };
    }

    private static Html Permissions(OAuthGrant grant, ConsentTexts texts) => LinkedAppScope.AppOf(grant.Scope) is { } slug
        ? Html.Of($"<div><dt>{Texts.With(texts.AsApp, slug)}</dt></div>")
        : Html.Join(ScopeWords.Of(ScopePermissions.Parse(grant.Scope) ?? PermissionSet.None, texts)
            .Select(line => Html.Of($"<div><dt>{line.Subject}</dt><dd>{line.Rights}</dd></div>")));

    private static string SentTo(Uri target, ConsentTexts texts) => RedirectUri.IsWeb(target)
        ? Texts.With(texts.SentTo, target.Authority)
        : Texts.With(texts.SentToApplication, target.Scheme + "://");

    private static Html Policy(OAuthClient client, ConsentTexts texts) =>
        RedirectUri.IsSafe(client.PolicyUri) && RedirectUri.IsWeb(new Uri(client.PolicyUri))
            ? Html.Of($"""<a href="{client.PolicyUri}" rel="noopener noreferrer" target="_blank">{texts.Policy}</a>""")
            : Html.Empty;

    // With the issuer, as every answer to a client (RFC 9207): without it a client must not believe that it was refused.
    private static string CancelAddress(HttpContext context, OAuthGrant grant) => RedirectUri.With(grant.RedirectUri!,
    [
        new("error", "access_denied"),
        new("state", context.Request.Query["state"].ToString()),
        new("iss", InstanceAddress.Of(context).Root),
    ]);
}
