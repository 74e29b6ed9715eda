using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Permissions;

/// <summary>The page on which a friend enters the password of a link, before the app shows what is behind it.</summary>
internal static class SharePasswordPage
{
    /// <param name="context">The request, to the app's host or the instance's.</param>
    /// <param name="linkId">The link.</param>
    /// <param name="target">The page of the app, with the code.</param>
    /// <param name="error">Why the last attempt failed, if there was one.</param>
    /// <param name="status">The status of the answer.</param>
    public static IResult Show(
        HttpContext context, string linkId, string target, string? error = null, int status = StatusCodes.Status200OK)
    {
        var texts = PageLanguage.Of(context);
        var share = texts.Security;
        var address = InstanceAddress.Of(context);
        var name = context.Instance().PublicName;
        var lead = string.IsNullOrEmpty(name) ? share.ShareIntroduction : Texts.With(share.ShareIntroductionByName, name);
        return new Page(share.ShareTitle, Html.Of(
            $"""
            <p class="eyebrow">{address.Domain}</p>
            <h1>{share.ShareTitle}</h1>
            <p class="lead">{lead}</p>
            <form class="form" method="post" action="{address.Root}auth/share-by-link/password">
            <input type="hidden" name="perm_id" value="{linkId}">
            <input type="hidden" name="redirect" value="{target}">
            <div class="field">
            <label for="password">{share.SharePassword}</label>
            <input id="password" name="password" type="password" autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" required autofocus aria-describedby="password-error"{(error is null ? Html.Empty : Html.Of($""" aria-invalid="true" """))}>
            <p id="password-error" class="error" role="alert">{error}</p>
            </div>
            <button class="button" type="submit">{share.ShareOpen}</button>
            </form>
            """))
        {
            Status = status,
            FormTarget = address.Origin,
        };
    }
}
