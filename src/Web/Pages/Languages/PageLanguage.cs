using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Cozy.Web.Pages.Languages;

/// <summary>Chooses the language of a page.</summary>
internal static class PageLanguage
{
    /// <summary>The owner's language; where no instance is known, the one the browser prefers.</summary>
    public static Texts Of(HttpContext context) =>
        context.Features.Get<InstanceFeature>() is { Instance.Locale: var locale }
            ? Find(locale) ?? English.Texts
            : OfBrowser(context.Request);

    private static Texts OfBrowser(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var accepted))
        {
            return English.Texts;
        }

        return accepted
            .Where(language => language.Quality is not 0)
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => Find(language.Value.ToString()))
            .FirstOrDefault(texts => texts is not null) ?? English.Texts;
    }

    // "fr-CA" is French, "french" is not.
    private static Texts? Find(string tag) => tag.Split('-', '_')[0].ToUpperInvariant() switch
    {
        "EN" => English.Texts,
        "FR" => French.Texts,
        _ => null,
    };
}
