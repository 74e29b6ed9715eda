namespace Cozy.Grains.Apps;

/// <summary>What kind of program an installed app is.</summary>
[GenerateSerializer, Alias("cozy.AppKind")]
public enum AppKind
{
    /// <summary>A web app, which browsers run.</summary>
    WebApp = 0,

    /// <summary>A connector, which fetches documents from other places.</summary>
    Connector = 1,
}

/// <summary>The words that belong to a kind.</summary>
public static class AppKinds
{
    /// <summary>The doctype of its documents.</summary>
    public static string Doctype(this AppKind kind) => kind == AppKind.WebApp ? "io.cozy.apps" : "io.cozy.konnectors";

    /// <summary>The id of the document of an app, which also names it in permissions.</summary>
    public static string DocumentId(this AppKind kind, string slug) => $"{kind.Doctype()}/{slug}";

    /// <summary>The file in a package that describes it.</summary>
    public static string ManifestName(this AppKind kind) =>
        kind == AppKind.WebApp ? "manifest.webapp" : "manifest.konnector";

    /// <summary>The group of routes, and of commands, for it.</summary>
    public static string RouteName(this AppKind kind) => kind == AppKind.WebApp ? "apps" : "konnectors";
}
