using Cozy.Web.Auth.Sessions;
using Cozy.Web.Pages;

namespace Cozy.Web.Apps.Serving;

/// <summary>The pieces of HTML that bring what the server has for every app into an app's page.</summary>
internal sealed class AppSnippets(InstanceAddress address, AssetCatalog assets)
{
    /// <summary>The address of the picture behind Home for owners who have chosen none.</summary>
    public string Wallpaper => AddressOf("images/wallpaper.svg");

    /// <summary>The piece of this name; null when there is no such piece.</summary>
    public string? Find(string name) => name switch
    {
        "ThemeCSS" => Stylesheet("styles/theme.css"),
        "CozyFonts" => Stylesheet("fonts/fonts.css"),
        "Favicon" => Favicon(),

        "CozyBar" => Script("js/cozy-bar.js") is { Length: > 0 } bar ? Stylesheet("fonts/fonts.css") + bar : "",
        "CozyClientJS" => Script("js/cozy-client.min.js"),
        "Warnings" => "",
        _ => null,
    };

    private string Favicon() =>
        $"<link rel=\"icon\" href=\"{AddressOf("images/icon.svg")}\" type=\"image/svg+xml\" sizes=\"any\">"
        + $"<link rel=\"alternate icon\" href=\"{AddressOf("images/favicon.ico")}\" sizes=\"32x32\">";

    private string Stylesheet(string name) => $"<link rel=\"stylesheet\" type=\"text/css\" href=\"{AddressOf(name)}\">";

    // Built with the web apps: a program that was built without Node has none.
    private string Script(string name) => assets.Has(name) ? $"<script src=\"{AddressOf(name)}\"></script>" : "";

    private string AddressOf(string name) => $"//{AppPlaceholders.Escape(address.Domain)}{assets.Url(name)}";
}
