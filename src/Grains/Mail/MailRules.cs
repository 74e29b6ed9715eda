using MimeKit;

namespace Cozy.Grains.Mail;

/// <summary>What can be a mail address.</summary>
internal static class MailRules
{
    private const int LongestAddress = 254;

    /// <summary>Whether the text is one mail address without a name.</summary>
    public static bool IsAddress(string text) =>
        text.Length is > 2 and <= LongestAddress
        && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && MailboxAddress.TryParse(text, out var parsed)
        && parsed.Address == text && string.IsNullOrEmpty(parsed.Name)
        && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1;

    /// <summary>A domain without its port.</summary>
    public static string HostOf(string domain)
    {
        var colon = domain.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? domain : domain[..colon];
    }
}
