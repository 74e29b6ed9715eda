using System.Text;
using System.Text.Json;
using Cozy.Grains.Instances;

namespace Cozy.Web.Files.Metadata;

/// <summary>Files that hold an address (<c>.url</c>).</summary>
internal static class ShortcutFile
{
    private const string Section = "[InternetShortcut]";

    /// <summary>The content of a shortcut.</summary>
    public static byte[] Write(string url) => Encoding.UTF8.GetBytes($"{Section}\r\nURL={url}\r\n");

    /// <summary>The address in a shortcut; null when it is none.</summary>
    public static string? ReadUrl(ReadOnlySpan<byte> content)
    {
        var inSection = false;
        foreach (var line in Encoding.UTF8.GetString(content).AsSpan().EnumerateLines())
        {
            var text = line.Trim('\uFEFF').Trim();
            if (text.StartsWith("["))
                inSection = text.Equals(Section, StringComparison.OrdinalIgnoreCase);
            else if (inSection && text.StartsWith("URL=", StringComparison.OrdinalIgnoreCase))
                return text[4..].Trim().ToString();
        }

        return null;
    }

    /// <summary>Writes <c>target</c> when the address is one of the instance's own: the app it leads to.</summary>
    public static void WriteTarget(Utf8JsonWriter json, ReadOnlySpan<byte> content, Instance instance)
    {
        if (!Uri.TryCreate(ReadUrl(content), UriKind.Absolute, out var url))
            return;
        var host = url.Authority;
        var isOwn = host.Equals(instance.Domain, StringComparison.OrdinalIgnoreCase);
        if (!isOwn && SlugOf(host, instance.Domain) is not { Length: > 0 })
            return;

        json.WriteStartObject("target");
        if (!isOwn)
            json.WriteString("app", SlugOf(host, instance.Domain));
        json.WriteStartObject("cozyMetadata");
        json.WriteString("instance", instance.Domain);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // drive.alice.example.net or alice-drive.example.net: apps may be below the domain or beside it.
    private static string? SlugOf(string host, string domain)
    {
        if (host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase))
            return host[..^(domain.Length + 1)];

        var dot = domain.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0)
            return null;
        var start = domain[..dot] + "-";
        var end = domain[dot..];
        return host.Length > start.Length + end.Length && host.StartsWith(start, StringComparison.OrdinalIgnoreCase)
            && host.EndsWith(end, StringComparison.OrdinalIgnoreCase)
                ? host[start.Length..^end.Length]
                : null;
    }
}
