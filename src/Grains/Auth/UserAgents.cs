namespace Cozy.Grains.Auth;

/// <summary>What a browser's name for itself tells its owner: enough to recognise it in a list.</summary>
internal static class UserAgents
{
    // The order matters: most browsers also name those they descend from.
    private static readonly (string Token, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("OPR/", "Opera"), ("Opera", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
        ("Vivaldi/", "Vivaldi"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chromium/", "Chromium"),
        ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ];

    private static readonly (string Token, string Name)[] Systems =
    [
        ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
        ("Mac OS X", "macOS"), ("Macintosh", "macOS"), ("Linux", "Linux"), ("FreeBSD", "FreeBSD"),
    ];

    /// <summary>The browser; empty if unknown.</summary>
    public static string BrowserOf(string userAgent) => Find(Browsers, userAgent);

    /// <summary>The operating system; empty if unknown.</summary>
    public static string SystemOf(string userAgent) => Find(Systems, userAgent);

    private static string Find((string Token, string Name)[] known, string userAgent) =>
        Array.Find(known, pair => userAgent.Contains(pair.Token, StringComparison.Ordinal)).Name ?? "";
}
