using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Cozy.Grains.Instances;

namespace Cozy.Web.Auth.Pages;

/// <summary>Tokens that show that a form came from one of our own pages.</summary>
internal static class CsrfToken
{
    private const int Size = 32;
    private const int TextSize = 43;

    /// <summary>A fresh random token.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Size));

    /// <summary>Whether a cookie's value can be a token of ours: only then is it put in a page again.</summary>
    public static bool IsWellFormed(string? token) => token is { Length: TextSize } && Base64Url.IsValid(token);

    /// <summary>
    /// The token of a session, for forms on pages to which the browser does not send the cookie: nobody but the
    /// instance can compute it and nobody but the session's owner sees the page.
    /// </summary>
    public static string OfSession(Instance instance, string sessionId)
    {
        var message = Encoding.UTF8.GetBytes("csrf\n" + sessionId);
        return Base64Url.EncodeToString(HMACSHA256.HashData(instance.SessionSecret.Span, message));
    }

    /// <summary>Compares in a time that tells nothing of where the two differ.</summary>
    public static bool AreEqual(string? expected, string? given) =>
        !string.IsNullOrEmpty(expected) && given is not null && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(expected),
            Encoding.UTF8.GetBytes(given));
}
