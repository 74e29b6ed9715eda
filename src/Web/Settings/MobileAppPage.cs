using System.Text.Json;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Features;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Settings;

/// <summary>
/// The page that tells an owner with a phone of the mobile app: <c>/settings/install_flagship_app</c>. An operator with an app of
/// their own names it by the flags <c>flagship.appstore_id</c> and <c>flagship.playstore_id</c>.
/// </summary>
internal sealed class MobileAppPage(FeatureFlags features, DefaultPage defaultPage)
{
    private const string AppleId = "id1600636174";
    private const string AndroidId = "io.cozy.flagship.mobile";

    /// <summary>The page.</summary>
    public async Task<IResult> ShowAsync(HttpContext context)
    {
        var texts = PageLanguage.Of(context);
        var store = StoreFor(context.Request.Headers.UserAgent.ToString(), texts.Tag, await features.ReadAsync(context.Instance()));
        var onward = await defaultPage.FindAsync(context) ?? InstanceAddress.Of(context).Root;
        return new Page(texts.MobileAppTitle, Html.Of(
            $"""
            <h1>{texts.MobileAppTitle}</h1>
            <p class="lead">{string.Format(System.Globalization.CultureInfo.InvariantCulture, texts.MobileAppText, context.Instance().Domain)}</p>
            <p><a class="button" href="{store}" rel="noopener noreferrer">{texts.MobileAppGet}</a></p>
            <p><a class="button button--quiet" href="{onward}">{texts.MobileAppSkip}</a></p>
            """));
    }

    private static string StoreFor(string agent, string language, SortedDictionary<string, JsonElement> flags)
    {
        if (agent.Contains("iPhone", StringComparison.OrdinalIgnoreCase) || agent.Contains("iPad", StringComparison.OrdinalIgnoreCase))
            return $"https://apps.apple.com/{language}/app/{IdOf(flags, "flagship.appstore_id", AppleId)}";
        return agent.Contains("Android", StringComparison.OrdinalIgnoreCase)
            ? $"https://play.google.com/store/apps/details?id={IdOf(flags, "flagship.playstore_id", AndroidId)}&hl={language}"
            : $"https://cozy.io/{language}/download";
    }

    private static string IdOf(SortedDictionary<string, JsonElement> flags, string name, string otherwise) =>
        flags.TryGetValue(name, out var id) && id.ValueKind == JsonValueKind.String ? Uri.EscapeDataString(id.GetString()!) : otherwise;
}
