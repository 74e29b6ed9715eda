using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cozy.CouchDbServer.Http;
using Microsoft.AspNetCore.Http;

namespace Cozy.CouchDbServer.Security;

/// <summary>How a request proved who it comes from.</summary>
/// <param name="User">The account; null when it did not try.</param>
/// <param name="Method">CouchDB's word for the way: <c>default</c> (basic) or <c>cookie</c>.</param>
internal readonly record struct Credentials(string? User, string? Method);

/// <summary>
/// Knows the one account. Comparisons take the same time whatever differs, so that a password cannot be found out
/// character by character.
/// </summary>
internal sealed class Authentication(CouchDbServerOptions options, TimeProvider time)
{
    public const string CookieName = "AuthSession";

    private static readonly TimeSpan SessionLifetime = TimeSpan.FromMinutes(10);

    private readonly byte[] _name = Digest(options.AdminName);
    private readonly byte[] _password = Digest(options.AdminPassword);

    /// <summary>Sessions end with the process: nothing about them is stored.</summary>
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Reads the credentials of a request.</summary>
    /// <exception cref="CouchException">It has some, and they are wrong.</exception>
    public Credentials Authenticate(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return TryReadBasic(header[6..], out var name, out var password) && IsAdmin(name, password)
                ? new Credentials(options.AdminName, "default")
                : throw WrongPassword();
        }

        return request.Cookies[CookieName] is { } cookie && IsValid(cookie)
            ? new Credentials(options.AdminName, "cookie")
            : default;
    }

    public bool IsAdmin(string name, string password) =>
        CryptographicOperations.FixedTimeEquals(Digest(name), _name)
        & CryptographicOperations.FixedTimeEquals(Digest(password), _password);

    /// <summary>A cookie that stands for the account until it expires: <c>base64url(name:time:signature)</c>.</summary>
    public string IssueCookie()
    {
        var expires = (time.GetUtcNow() + SessionLifetime).ToUnixTimeSeconds();
        var claim = string.Create(CultureInfo.InvariantCulture, $"{options.AdminName}:{expires:X}");
        return Convert.ToBase64String(Encoding.UTF8.GetBytes($"{claim}:{Sign(claim)}"))
            .Replace('+', '-').Replace('/', '_').TrimEnd('=');
    }

    public static CouchException WrongPassword() =>
        new(StatusCodes.Status401Unauthorized, "unauthorized", "Name or password is incorrect.");

    private bool IsValid(string cookie)
    {
        if (!TryDecode(cookie.Replace('-', '+').Replace('_', '/').PadRight((cookie.Length + 3) / 4 * 4, '='), out var text))
            return false;

        var last = text.LastIndexOf(':');
        var middle = last < 0 ? -1 : text.LastIndexOf(':', last - 1);
        return middle > 0
            && CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(text[(last + 1)..]), Encoding.UTF8.GetBytes(Sign(text[..last])))
            && long.TryParse(text[(middle + 1)..last], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var expires)
            && expires > time.GetUtcNow().ToUnixTimeSeconds();
    }

    private string Sign(string claim) => Convert.ToHexString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(claim)));

    private static bool TryReadBasic(string encoded, out string name, out string password)
    {
        name = password = "";
        if (!TryDecode(encoded.Trim(), out var pair) || pair.IndexOf(':', StringComparison.Ordinal) is var colon && colon < 0)
            return false;

        (name, password) = (pair[..colon], pair[(colon + 1)..]);
        return true;
    }

    private static bool TryDecode(string base64, out string text)
    {
        var bytes = new byte[base64.Length];
        var valid = Convert.TryFromBase64String(base64, bytes, out var length);
        text = valid ? Encoding.UTF8.GetString(bytes, 0, length) : "";
        return valid;
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
