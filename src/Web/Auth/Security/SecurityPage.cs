using System.Globalization;
using Cozy.Grains.Auth;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Security;

/// <summary>The page on which the owner sees who can get in, and who did.</summary>
internal static class SecurityPage
{
    public static IResult Show(
        HttpContext context, Session current, SecondFactorState factor, IReadOnlyList<Session> sessions,
        IReadOnlyList<SecurityEvent> events, string? notice)
    {
        var texts = PageLanguage.Of(context);
        var security = texts.Security;
        return new Page(security.Title, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{security.Title}</h1>
            {Notice(notice)}
            <p class="lead">{security.Introduction}</p>
            <section class="part"><h2>{security.PassphraseHeading}</h2><p>{security.PassphraseText}</p>
            <p><a class="button button--quiet" href="/auth/security/passphrase">{security.ChangePassphrase}</a></p></section>
            <section class="part"><h2>{security.FactorHeading}</h2>{FactorOf(context, factor, texts)}</section>
            <section class="part"><h2>{security.SessionsHeading}</h2>
            <ul class="entries">{Html.Join(sessions.Select(session => Entry(context, session, session.Id == current.Id, texts)))}</ul>
            {OthersOf(context, sessions, security)}</section>
            <section class="part"><h2>{security.HistoryHeading}</h2>{HistoryOf(context, events, texts)}</section>
            <p class="aside"><a href="/">{security.Back}</a></p>
            """));
    }

    /// <summary>What has just been done.</summary>
    public static Html Notice(string? notice) =>
        notice is null ? Html.Empty : Html.Of($"""<p class="notice" role="status">{notice}</p>""");

    private static Html FactorOf(HttpContext context, SecondFactorState state, Texts texts)
    {
        var security = texts.Security;
        var off = Html.Of($"""<p><a class="button button--quiet" href="/auth/security/off">{security.TurnOff}</a></p>""");
        var app = Html.Of($"""<p><a class="button button--quiet" href="/auth/security/app">{security.UseApp}</a></p>""");
        var email = context.Instance().Email;
        return state.Factor switch
        {
            SecondFactor.App => Html.Of($"<p>{Texts.With(security.FactorApp, $"{state.RecoveryCodes}")}</p>{off}"),
            SecondFactor.Mail => Html.Of($"<p>{Texts.With(security.FactorMail, email ?? "")}</p>{app}{off}"),
            _ => Html.Of(
                $"""
                <p>{security.FactorNone}</p>{app}
                <form method="post" action="/auth/security/mail">
                <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
                <button class="button button--quiet" type="submit">{security.UseMail}</button>
                </form>
                """),
        };
    }

    private static Html Entry(HttpContext context, Session session, bool isCurrent, Texts texts)
    {
        var security = texts.Security;
        var name = NameOf(session.Browser, session.System, security);
        var mark = isCurrent ? Html.Of($""" <span class="mark">{security.ThisBrowser}</span>""") : Html.Empty;
        var end = isCurrent ? Html.Empty : Html.Of(
            $"""
            <form method="post" action="/auth/security/sessions">
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            <input type="hidden" name="id" value="{session.Id}">
            <button class="link" type="submit" aria-label="{security.LogOutSession}: {name}">{security.LogOutSession}</button>
            </form>
            """);
        var facts = Texts.With(
            security.SessionFacts, TimeOf(context, session.CreatedAt, texts), TimeOf(context, session.LastSeen, texts),
            session.Address.Length == 0 ? "?" : session.Address);
        return Html.Of($"<li><div><strong>{name}</strong>{mark}<br><span class=\"advice\">{facts}</span></div>{end}</li>");
    }

    private static Html OthersOf(HttpContext context, IReadOnlyList<Session> sessions, SecurityTexts security) =>
        sessions.Count < 2 ? Html.Empty : Html.Of(
            $"""
            <form method="post" action="/auth/security/logout-others">
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            <button class="button button--quiet" type="submit">{security.LogOutOthers}</button>
            </form>
            """);

    private static Html HistoryOf(HttpContext context, IReadOnlyList<SecurityEvent> events, Texts texts)
    {
        if (events.Count == 0)
            return Html.Of($"<p>{texts.Security.HistoryEmpty}</p>");
        return Html.Of($"<ol class=\"entries entries--plain\">{Html.Join(events.Select(happened => Html.Of(
            $"<li><div>{SecurityEventNames.Of(happened, texts.Security)}<br><span class=\"advice\">{FactsOf(context, happened, texts)}</span></div></li>")))}</ol>");
    }

    private static string FactsOf(HttpContext context, SecurityEvent happened, Texts texts)
    {
        var time = TimeOf(context, happened.At, texts);
        return happened.Visitor.Address.Length == 0 ? time : $"{time}, {happened.Visitor.Address}";
    }

    private static string NameOf(string browser, string system, SecurityTexts security) => (browser, system) switch
    {
        ("", "") => security.UnknownBrowser,
        (var name, "") => name,
        ("", var name) => name,
        _ => Texts.With(security.BrowserOnSystem, browser, system),
    };

    private static string TimeOf(HttpContext context, DateTimeOffset time, Texts texts)
    {
        var zone = context.Instance().TimeZone;
        var local = !string.IsNullOrEmpty(zone) && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)
            ? TimeZoneInfo.ConvertTime(time, found)
            : time;
        return local.ToString(texts.Security.DateFormat, CultureInfo.GetCultureInfo(texts.Tag));
    }
}
