using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cozy.Grains.Errors;

namespace Cozy.Grains.Domains;

/// <summary>Rules for the names instances answer to, as cozy-stack has them: a host, with its port if not the default.</summary>
public static class DomainName
{
    private const int MaximumLength = 253 + 6;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/,;&?#@|='\" \t\r\n\0\\<>[]{}%");
    private static readonly IdnMapping Idn = new();

    /// <summary>The canonical form of a host name: Unicode, lower case, trimmed; null when it cannot be one.</summary>
    public static string? Normalize(string? host)
    {
        var name = host?.Trim().ToLowerInvariant();
        if (string.IsNullOrEmpty(name) || name.Length > MaximumLength || name[0] is '.' or '_'
            || name.AsSpan().ContainsAny(Forbidden))
        {
            return null;
        }

        if (!name.Contains("xn--", StringComparison.Ordinal))
            return name;

        try
        {
            return Idn.GetUnicode(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The canonical form of the domain of a new instance.</summary>
    /// <exception cref="CozyException">Invalid: it cannot be a domain.</exception>
    public static string Require(string? domain) =>
        Normalize(domain) is { } name && name != ".."
            ? name
            : throw CozyException.Invalid("domain", "The domain is empty or contains a character that a domain cannot have.");

    /// <summary>
    /// The id of the instance first created under a domain: <c>cozy</c> and the first 16 bytes of the domain's
    /// SHA-256 in hexadecimal. It never changes, and names the instance's databases.
    /// </summary>
    public static string InstanceId(string domain) =>
        "cozy" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(domain)).AsSpan(0, 16));
}
