using System.Security.Cryptography;
using System.Text;
using Cozy.Grains.OAuth;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>What a client proves itself with.</summary>
internal static class ClientSecret
{
    private const int Size = 24;

    /// <summary>A fresh one.</summary>
    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(Size));

    /// <summary>Whether it is this client's, compared in a time that tells nothing.</summary>
    public static bool Is(OAuthClient client, string? given) =>
        client.Secret.Length > 0 && given is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(client.Secret), Encoding.UTF8.GetBytes(given));
}
