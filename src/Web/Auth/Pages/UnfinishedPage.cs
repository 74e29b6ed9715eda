using Cozy.Web.Auth.Sessions;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Pages;

/// <summary>What a visitor sees until the owner has chosen a passphrase.</summary>
internal static class UnfinishedPage
{
    /// <param name="context">The request.</param>
    /// <param name="linkRefused">The visitor came with a token that is not the right one.</param>
    /// <param name="status">The status of the answer.</param>
    public static IResult Show(HttpContext context, bool linkRefused, int status = StatusCodes.Status200OK)
    {
        var texts = PageLanguage.Of(context);
        return new Page(texts.UnfinishedTitle, Html.Of(
            $"""
            <p class="eyebrow">{InstanceAddress.Of(context).Domain}</p>
            <h1>{texts.UnfinishedTitle}</h1>
            {(linkRefused ? Html.Of($"""<p class="notice" role="alert">{texts.LinkRefused}</p>""") : Html.Empty)}
            <p class="lead">{texts.UnfinishedText}</p>
            <p class="advice">{texts.UnfinishedHelp}</p>
            """))
        {
            Status = status,
        };
    }
}
