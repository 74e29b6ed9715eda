using MimeKit;

namespace Cozy.Grains.Mail;

/// <summary>What can be a mail address, and when to try again.</summary>
internal static class MailRules
{
    private const int LongestAddress = 254;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>Whether the text is one mail address without a name.</summary>
    public static bool IsAddress(string text) =>
        text.Length is > 2 and <= LongestAddress
        && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && MailboxAddress.TryParse(text, out var parsed)
        && parsed.Address == text && string.IsNullOrEmpty(parsed.Name)
        && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1;

    /// <summary>How long to wait after so many attempts that failed.</summary>
    public static TimeSpan WaitAfter(int attempts, TimeSpan first)
    {
        var doublings = Math.Clamp(attempts - 1, 0, 30);
        var wait = first.TotalSeconds * Math.Pow(2, doublings);
        return wait < LongestWait.TotalSeconds ? TimeSpan.FromSeconds(wait) : LongestWait;
    }
}
