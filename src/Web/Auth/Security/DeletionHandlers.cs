using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Security;

/// <summary>Where the owner who asked for it, and opened the link that was mailed, destroys the instance.</summary>
internal sealed class DeletionHandlers(IGrainFactory grains, OwnerSession owner)
{
    /// <summary>The page that the link leads to.</summary>
    public async Task<IResult> ShowAsync(HttpContext context)
    {
        var token = context.Request.Query["token"].ToString();
        return await IsAskedAsync(context, token) ? DeletionPage.Show(context, token) : Refuse(context);
    }

    /// <summary>Destroys the instance.</summary>
    public async Task<IResult> DeleteAsync(HttpContext context)
    {
        var form = await AuthForm.ReadAsync(context.Request);
        var (token, instance, texts) = (form["token"], context.Instance(), PageLanguage.Of(context));
        if (!await IsAskedAsync(context, token))
            return Refuse(context);
        if (instance.PassphraseHash is not null)
        {
            try
            {
                if (!await grains.GetGrain<IAuthGrain>(instance.Id).CheckPassphraseAsync(form["passphrase"], owner.VisitorOf(context)))
                    return DeletionPage.Show(context, token, texts.WrongPassphrase, StatusCodes.Status401Unauthorized);
            }
            catch (CozyException e) when (e.Kind == ErrorKind.TooManyRequests)
            {
                return DeletionPage.Show(context, token, texts.TooManyAttempts, StatusCodes.Status429TooManyRequests);
            }
        }

        await grains.GetGrain<IInstanceGrain>(instance.Id).DestroyAsync();
        return DeletionPage.Gone(context);
    }

    private Task<bool> IsAskedAsync(HttpContext context, string token) =>
        grains.GetGrain<IDeletionGrain>(context.Instance().Id).IsAskedAsync(token);

    private static IResult Refuse(HttpContext context) =>
        ErrorPage.Show(context, StatusCodes.Status400BadRequest, PageLanguage.Of(context).Security.EmailLinkRefused);
}

/// <summary>The page of <see cref="DeletionHandlers"/>, and the last one.</summary>
internal static class DeletionPage
{
    /// <summary>Says what will be gone, and asks for the passphrase of who has one.</summary>
    public static IResult Show(HttpContext context, string token, string? error = null, int status = StatusCodes.Status200OK)
    {
        var texts = PageLanguage.Of(context);
        var security = texts.Security;
        var instance = context.Instance();
        var domain = InstanceAddress.Of(context).Domain;
        var (attributes, field) = instance.PassphraseHash is null
            ? (Html.Empty, Html.Empty)
            : (FactorPages.ConfirmAttributes(texts, instance, security.Deleting),
                PassphraseField.Render(texts, instance.Domain, texts.Passphrase, "current-password", error, advice: null));
        var waits = instance.PassphraseHash is null ? Html.Empty : Html.Of($" disabled");
        return new Page(security.DeletionTitle, Html.Of(
            $"""
            <p class="eyebrow">{domain}</p>
            <h1>{security.DeletionTitle}</h1>
            <p class="lead">{Texts.With(security.DeletionText, domain)}</p>
            <form class="form" method="post" action="/auth/deletion" {attributes}>
            <input type="hidden" name="csrf_token" value="{CsrfFilter.TokenFor(context)}">
            <input type="hidden" name="token" value="{token}">
            {field}
            <button class="button button--danger" type="submit"{waits}>{security.Delete}</button>
            </form>
            <p class="aside"><a href="/">{security.Keep}</a></p>
            """))
        {
            Status = status,
            Script = instance.PassphraseHash is null ? null : PassphraseField.Script,
        };
    }

    /// <summary>Says that nothing is left.</summary>
    public static IResult Gone(HttpContext context)
    {
        var security = PageLanguage.Of(context).Security;
        return new Page(security.DeletedTitle, Html.Of(
            $"""
            <h1>{security.DeletedTitle}</h1>
            <p class="lead" role="status">{Texts.With(security.DeletedText, InstanceAddress.Of(context).Domain)}</p>
            """));
    }
}
