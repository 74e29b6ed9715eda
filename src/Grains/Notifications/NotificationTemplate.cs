using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cozy.Grains.Notifications;

/// <summary>
/// Mails that an app writes by a file of its own (<c>templates.mail</c> of a category). The file's <c>{{name}}</c> stand for
/// the members of the notification's <c>data</c>, with dots for members of members, and <c>{{title}}</c> and
/// <c>{{message}}</c> for its own. There is nothing else in the language, so that no file can keep the server busy.
/// </summary>
internal static partial class NotificationTemplate
{
    /// <summary>Most bytes that a template may have.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>Where the file is in the app's package.</summary>
    public static string PathOf(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path.TrimStart('/');

    /// <summary>Whether mails of this file are HTML.</summary>
    public static bool IsHtml(string path) => path.EndsWith(".html", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".htm", StringComparison.OrdinalIgnoreCase);

    /// <summary>The mail: what is not given is left out, and in HTML nothing that is filled in can be markup.</summary>
    public static string Fill(string template, NewNotification notification, bool isHtml)
    {
        var data = notification.Data.IsEmpty ? default : JsonElement.Parse(notification.Data.Span);
        return Place().Replace(template, found =>
        {
            var value = found.Groups["name"].Value switch
            {
                "title" => notification.Title,
                "message" => notification.Message ?? "",
                var name => TextOf(data, name),
            };
            return isHtml ? WebUtility.HtmlEncode(value) : value;
        });
    }

    private static string TextOf(JsonElement data, string name)
    {
        foreach (var part in name.Split('.'))
        {
            if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty(part, out data))
                return "";
        }

        return data.ValueKind switch
        {
            JsonValueKind.String => data.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => data.GetRawText(),
            _ => "",
        };
    }

    [GeneratedRegex(@"\{\{\s*\.?(?<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
