using Cozy.Web.Pages.Languages;

namespace Cozy.Web.Pages;

/// <summary>What all pages share: the head, the picture and the frame of the content.</summary>
internal static class Layout
{
    public static Html Render(Texts texts, AssetCatalog assets, string origin, string title, Html content, string? script) => Html.Of(
        $"""
        <!DOCTYPE html>
        <html lang="{texts.Tag}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>{title} – Cozy</title>
        <link rel="icon" href="{origin}{assets.Url("images/icon.svg")}" type="image/svg+xml">
        <link rel="stylesheet" href="{origin}{assets.Url("styles/pages.css")}">
        {(script is null ? Html.Empty : Html.Of($"""<script type="module" src="{origin}{assets.Url(script)}"></script>"""))}
        </head>
        <body>
        <a class="skip" href="#content">{texts.SkipToContent}</a>
        <div class="page">
        {Drawings.Scene}
        <main id="content" class="panel">
        <div class="panel__inner">
        <div class="brand">{Drawings.Logo}<span>Cozy</span></div>
        {content}
        </div>
        </main>
        </div>
        </body>
        </html>

        """);
}
