using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cozy.Grains.Instances;
using Cozy.Web.Auth.OpenId;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Cozy.Web.Pages;

namespace Cozy.Web.Apps.Serving;

/// <summary>The values of the placeholders in an app's page (<c>{{.Token}}</c> and so on), as cozy-stack names them.</summary>
internal sealed partial class AppPlaceholders(ServedApp app, Instance instance, InstanceAddress address, AssetCatalog assets)
{
    // What has a meaning in HTML is escaped by number: clients turn just these back (&#34;) when they look for JSON.
    private static readonly (string Plain, string Escaped)[] Escapes =
    [
        ("&", "&amp;"), ("\"", "&#34;"), ("'", "&#39;"), ("<", "&lt;"), (">", "&gt;"), ("+", "&#43;"), ("\0", "\uFFFD"),
    ];

    // In the order in which a client that opens an app by itself is told of them.
    private static readonly string[] Texts =
    [
        "Token", "Domain", "SubDomain", "Tracking", "Locale", "AppEditor", "AppName", "AppNamePrefix", "AppSlug", "IconPath",
        "Flags", "Capabilities", "DefaultWallpaper", "ContextName", "CozyData",
    ];

    private static readonly string[] Snippets = ["CozyBar", "CozyFonts", "CozyClientJS", "ThemeCSS", "Favicon", "Warnings"];

    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly AppSnippets _snippets = new(address, assets);

    /// <summary>The token the page's scripts call the API with; empty for none.</summary>
    public required string Token { get; init; }

    /// <summary>Where the owner may sign in besides; null for nowhere.</summary>
    public required OpenIdProvider? Provider { get; init; }

    /// <summary>Whether the owner is looking.</summary>
    public required bool IsLoggedIn { get; init; }

    /// <summary>The feature flags of the instance.</summary>
    public required SortedDictionary<string, JsonElement> Flags { get; init; }

    /// <summary>A page with its placeholders filled; one that nobody knows becomes nothing.</summary>
    public string Fill(string template) => Placeholder().Replace(template, match =>
    {
        var name = match.Groups["name"].Value;
        return _snippets.Find(name) ?? Escape(TextOf(name));
    });

    /// <summary>Writes the values as members, for a client that makes a page of its own.</summary>
    public void Write(Utf8JsonWriter json)
    {
        foreach (var name in Texts)
            json.WriteString(name, TextOf(name));
        foreach (var name in Snippets)
            json.WriteString(name, _snippets.Find(name) ?? "");
    }

    private string TextOf(string name) => name switch
    {
        "CozyData" => Json(WriteData),
        "Token" => Token,
        "Domain" => address.Domain,
        "SubDomain" => SubdomainName,
        "Tracking" => app.Tracking ? "true" : "false",
        "Locale" => instance.Locale,
        "ContextName" => instance.ContextName ?? "",
        "AppSlug" => app.Slug,
        "AppName" => app.Name,
        "AppEditor" => app.Editor,
        "AppNamePrefix" => app.NamePrefix,
        "IconPath" => app.Icon,
        "Capabilities" => Json(WriteCapabilities),
        "Flags" => Json(WriteFlags),
        "DefaultWallpaper" => _snippets.Wallpaper,
        _ => "",
    };

    private string SubdomainName => address.Subdomains == SubdomainStyle.Flat ? "flat" : "nested";

    private void WriteData(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("app");
        json.WriteString("editor", app.Editor);
        json.WriteString("icon", app.Icon);
        json.WriteString("name", app.Name);
        json.WriteString("prefix", app.NamePrefix);
        json.WriteString("slug", app.Slug);
        json.WriteEndObject();
        json.WritePropertyName("capabilities");
        WriteCapabilities(json);
        json.WriteString("domain", address.Domain);
        json.WritePropertyName("flags");
        WriteFlags(json);
        json.WriteBoolean("isLoggedIn", IsLoggedIn);
        json.WriteString("locale", instance.Locale);
        json.WriteString("subdomain", SubdomainName);
        json.WriteString("token", Token);
        json.WriteBoolean("tracking", app.Tracking);
        json.WriteEndObject();
    }

    private void WriteCapabilities(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        InstanceFacts.WriteCapabilities(json, (address.Subdomains, Provider));
        json.WriteEndObject();
    }

    private void WriteFlags(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        InstanceFacts.WriteFlags(json, Flags);
        json.WriteEndObject();
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer, Options))
            write(json);
        return Encoding.UTF8.GetString(buffer.Written.Span);
    }

    /// <summary>A text for the inside of an attribute with double quotes.</summary>
    public static string Escape(string text)
    {
        foreach (var (plain, escaped) in Escapes)
            text = text.Replace(plain, escaped, StringComparison.Ordinal);
        return text;
    }

    [GeneratedRegex(@"\{\{-?\s*\.(?<name>[A-Za-z]+)\s*-?\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
