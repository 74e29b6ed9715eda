using System.Security.Cryptography;
using System.Text;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Auth;

/// <summary>Codes that open a session once. Kept as hashes: who reads a backup cannot come in with them.</summary>
internal sealed partial class AuthGrain
{
    private const int SessionCodeLength = 32;
    private const string SessionCodeSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly OneTimeDocuments _sessionCodes;

    public async Task<string> CreateCodeAsync()
    {
        var code = RandomNumberGenerator.GetString(SessionCodeSigns, SessionCodeLength);
        await _sessionCodes.CreateAsync(NameOf(code), static _ => { });
        return code;
    }

    public async Task<Session?> RedeemCodeAsync(string code, SessionRequest? request)
    {
        // Anything else cannot be one, and costs nothing.
        if (code.Length != SessionCodeLength || !code.All(char.IsAsciiLetterOrDigit))
            return null;

        var isGood = await _sessionCodes.FindAsync(NameOf(code), static _ => "") is not null;
        return await _sessionCodes.RedeemAsync(NameOf(code)) && isGood && request is not null
            ? await StartSessionAsync(request)
            : null;
    }

    private static string NameOf(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
}
