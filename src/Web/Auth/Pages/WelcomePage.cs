using Cozy.Grains.Files;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Pages;

/// <summary>What the owner sees as long as no app is installed.</summary>
internal static class WelcomePage
{
    public static IResult Show(HttpContext context, DiskUsage usage, string logoutToken)
    {
        var instance = context.Instance();
        var texts = PageLanguage.Of(context);
        var address = InstanceAddress.Of(context);
        var title = string.IsNullOrEmpty(instance.PublicName)
            ? texts.WelcomeTitle
            : Texts.With(texts.WelcomeByName, instance.PublicName);
        return new Page(texts.WelcomeTitle, Html.Of(
            $"""
            <p class="eyebrow">{address.Domain}</p>
            <h1>{title}</h1>
            <p class="lead">{texts.WelcomeText}</p>
            <dl class="facts">
            <div><dt>{texts.Address}</dt><dd><a href="{address.Root}">{address.Origin}</a></dd></div>
            {MailOf(instance.Email, texts)}
            <div><dt>{texts.Storage}</dt><dd>{StorageOf(usage, texts)}</dd></div>
            <div><dt>{texts.Apps}</dt><dd>{texts.NoAppYet}</dd></div>
            </dl>
            <p><a class="button button--quiet" href="/auth/security">{texts.Security.Title}</a></p>
            <form method="post" action="/auth/logout">
            <input type="hidden" name="csrf_token" value="{logoutToken}">
            <button class="button button--quiet" type="submit">{texts.LogOut}</button>
            </form>
            """));
    }

    private static Html MailOf(string? mail, Texts texts) => string.IsNullOrEmpty(mail)
        ? Html.Empty
        : Html.Of($"<div><dt>{texts.Mail}</dt><dd>{mail}</dd></div>");

    private static Html StorageOf(DiskUsage usage, Texts texts)
    {
        if (usage.Quota <= 0)
        {
            return Html.Of($"{Texts.With(texts.StorageUsed, texts.Size(usage.Used))}");
        }

        var used = Texts.With(texts.StorageUsedOf, texts.Size(usage.Used), texts.Size(usage.Quota));
        return Html.Of(
            $"""{used}<progress max="{usage.Quota}" value="{Math.Min(usage.Used, usage.Quota)}" aria-label="{texts.Storage}"></progress>""");
    }
}
