using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cozy.Grains.Instances;
using Microsoft.AspNetCore.WebUtilities;

namespace Cozy.Web.Thumbnails;

/// <summary>
/// The secrets in the links to thumbnails, which let a page show them without a token: signed with the instance's own
/// key, so that any silo knows them and none remembers them.
/// </summary>
internal sealed class ThumbnailSecrets(TimeProvider time)
{
    private const int MacBytes = 16;
    private const int ExpiryDigits = 8;

    // Within such a step all links to a file are alike, so that browsers keep what they have.
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    /// <summary>A secret for a file's thumbnails, good for 10 to 20 minutes.</summary>
    public string Make(Instance instance, string fileId)
    {
        var step = time.GetUtcNow().ToUnixTimeSeconds() / (long)Step.TotalSeconds;
        var expiry = ((step + 2) * (long)Step.TotalSeconds).ToString("x8", CultureInfo.InvariantCulture);
        return expiry + Sign(instance, fileId, expiry);
    }

    /// <summary>Whether a secret is one for this file, and still good.</summary>
    public bool IsGood(Instance instance, string fileId, string secret)
    {
        if (secret.Length <= ExpiryDigits
            || !long.TryParse(secret.AsSpan(0, ExpiryDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var expiry)
            || DateTimeOffset.FromUnixTimeSeconds(expiry) <= time.GetUtcNow())
        {
            return false;
        }

        var expected = Sign(instance, fileId, secret[..ExpiryDigits]);
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(secret[ExpiryDigits..]));
    }

    private static string Sign(Instance instance, string fileId, string expiry)
    {
        var mac = HMACSHA256.HashData(
            instance.SessionSecret.Span, Encoding.UTF8.GetBytes($"thumbnails\0{instance.Id}\0{fileId}\0{expiry}"));
        return WebEncoders.Base64UrlEncode(mac, 0, MacBytes);
    }
}
