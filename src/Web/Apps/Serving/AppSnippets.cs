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

        // Apps bring their own bar and client: those that a server could give are no longer to be had whole.
        "CozyBar" or "CozyClientJS" or "Warnings" => "",
        _ => null,
    };

    private string Favicon() =>
        $"<link rel=\"icon\" href=\"{AddressOf("images/icon.svg")}\" type=\"image/svg+xml\" sizes=\"any\">"
        + $"<link rel=\"alternate icon\" href=\"{AddressOf("images/favicon.ico")}\" sizes=\"32x32\">";

    private string Stylesheet(string name) => $"<link rel=\"stylesheet\" type=\"text/css\" href=\"{AddressOf(name)}\">";

    private string AddressOf(string name) => $"//{AppPlaceholders.Escape(address.Domain)}{assets.Url(name)}";
}
