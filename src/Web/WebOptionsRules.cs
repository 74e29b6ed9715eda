using System.Net;

namespace Cozy.Web;

/// <summary>What <see cref="WebOptions"/> may be.</summary>
internal static class WebOptionsRules
{
    public static bool AreLimitsPositive(WebOptions options) =>
        options is
        {
            MaxJsonBytes: > 0, MaxJsonDepth: > 0, MaxFileBytes: > 0, InstanceCacheSize: > 0, TokenCacheSize: > 0, RightsCacheSize: > 0,
            MaxLinkCodes: > 0, MaxAvatarBytes: > 0, AppCacheBytes: >= 0, MaxBulkBytes: > 0, MaxDocumentIdBytes: > 0, MaxFeeds: > 0,
            MaxConcurrentRequests: > 0, MaxWaitingRequests: >= 0, MaxHeaderBytes: > 0, MaxRequestLineBytes: > 0,
            EntryAttempts: > 0, LinkGuesses: > 0, LinkGuessesOfAll: > 0, MaxDelayedGuesses: >= 0,
        }
        && options.EntryInterval > TimeSpan.Zero && options.LinkGuessInterval > TimeSpan.Zero
        && options.LinkGuessOfAllInterval > TimeSpan.Zero
        && options.LinkGuessDelay >= TimeSpan.Zero && options.LinkGuessDelay <= TimeSpan.FromMinutes(1)
        && options.InstanceCacheTime >= TimeSpan.Zero && options.RightsCacheTime >= TimeSpan.Zero
        && options.MailAnswerTime >= TimeSpan.Zero && options.MailAnswerTime <= TimeSpan.FromMinutes(1)
        && options.HeaderTimeout > TimeSpan.Zero && options.UploadIdleTimeout > TimeSpan.Zero && options.MaxFeedTime > TimeSpan.Zero
        && options.HealthTimeout > TimeSpan.Zero && options.ThumbnailWait >= TimeSpan.Zero && options.MaxArchivePages >= 0 && options.Dav.IsValid;

    /// <summary>One entry is one source: it could end the directive it stands in.</summary>
    public static bool ArePolicySourcesSafe(WebOptions options) =>
        options.AppPolicySources.All(entry => entry.Length > 0 && !entry.Any(c => char.IsWhiteSpace(c) || c is ';' or ','));

    /// <summary>A host as an address has it: no path, no blank, no <c>:443</c>.</summary>
    public static bool AreConfirmationHostsReadable(WebOptions options) => options.ConfirmationHosts.All(
        entry => Uri.TryCreate($"https://{entry}/", UriKind.Absolute, out var uri) && uri.Authority.Equals(entry, StringComparison.OrdinalIgnoreCase));

    /// <summary>A path that stays one in a header, with a slash at both ends.</summary>
    public static bool IsAccelLocationReadable(WebOptions options) =>
        options.AccelLocation.Length == 0
        || (options.AccelLocation is ['/', .., '/'] && options.AccelLocation.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_'));

    public static bool AreProxiesReadable(WebOptions options) =>
        options.TrustedProxies.All(entry => IPAddress.TryParse(entry, out _) || IPNetwork.TryParse(entry, out _));
}
