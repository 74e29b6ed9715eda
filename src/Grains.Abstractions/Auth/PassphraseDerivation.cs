using System.Security.Cryptography;
using System.Text;

namespace Cozy.Grains.Auth;

/// <summary>
/// How a client turns the owner's passphrase into what it sends, so that the server never learns the passphrase.
/// The parameters are those of cozy-stack (and of Bitwarden), so existing clients can log in.
/// </summary>
public static class PassphraseDerivation
{
    /// <summary>Rounds of PBKDF2 for new passphrases.</summary>
    public const int DefaultIterations = 650_000;

    /// <summary>Fewest rounds accepted.</summary>
    public const int MinimumIterations = 50_000;

    /// <summary>Most rounds accepted.</summary>
    public const int MaximumIterations = 5_000_000;

    /// <summary>The salt: <c>me@</c> and the domain without its port.</summary>
    public static string Salt(string domain)
    {
        var colon = domain.IndexOf(':', StringComparison.Ordinal);
        return "me@" + (colon < 0 ? domain : domain[..colon]);
    }

    /// <summary>
    /// base64(PBKDF2-SHA256(key, passphrase, 1)) where key = PBKDF2-SHA256(passphrase, salt, iterations), 32 bytes each.
    /// Takes some 100 ms: never call it on a grain's turn.
    /// </summary>
    public static string Derive(string passphrase, string domain, int iterations)
    {
        var secret = Encoding.UTF8.GetBytes(passphrase);
        var salt = Encoding.UTF8.GetBytes(Salt(domain));
        var key = Rfc2898DeriveBytes.Pbkdf2(secret, salt, iterations, HashAlgorithmName.SHA256, 32);
        return Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(key, secret, 1, HashAlgorithmName.SHA256, 32));
    }
}
