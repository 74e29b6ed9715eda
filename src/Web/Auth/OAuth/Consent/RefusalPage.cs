using System.Globalization;
using Cozy.Web.Errors;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.OAuth.Consent;

/// <summary>What the owner sees when a client's request cannot be granted.</summary>
internal static class RefusalPage
{
    /// <summary>The request is not acceptable; <paramref name="line"/> tells the client's makers why.</summary>
    public static IResult Show(HttpContext context, int status, string line)
    {
        if (!ErrorFormats.AcceptsHtml(context.Request) && ErrorFormats.AcceptsJson(context.Request))
            return Pages.AuthJson.Error(line, status);

        var texts = ConsentTexts.For(PageLanguage.Of(context));
        return Page(status, texts.RefusedTitle, texts.Refused, Html.Of($"<p><code>{line}</code></p>"));
    }

    /// <summary>Nobody is logged in.</summary>
    public static IResult LogInFirst(HttpContext context)
    {
        var texts = ConsentTexts.For(PageLanguage.Of(context));
        return Page(StatusCodes.Status401Unauthorized, texts.RefusedTitle, texts.LogInFirst, Html.Empty);
    }

    /// <summary>No more devices fit in.</summary>
    public static IResult TooManyDevices(HttpContext context, int count)
    {
        var texts = ConsentTexts.For(PageLanguage.Of(context));
        var text = Texts.With(texts.Limit, count.ToString(CultureInfo.InvariantCulture));
        return Page(StatusCodes.Status403Forbidden, texts.LimitTitle, text, Html.Empty);
    }

    private static Page Page(int status, string title, string lead, Html more) => new(title, Html.Of(
        $"""
        <p class="eyebrow">{status}</p>
        <h1>{title}</h1>
        <p class="lead">{lead}</p>
        {more}
        """))
    {
        Status = status,
    };
}
