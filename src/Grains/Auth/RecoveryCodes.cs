using System.Security.Cryptography;
using System.Text;
using OtpNet;

namespace Cozy.Grains.Auth;

/// <summary>
/// Codes for the day on which the phone is lost. Each is good once and has 80 random bits, so a plain hash keeps it.
/// </summary>
internal static class RecoveryCodes
{
    private const int Bytes = 10;
    private const int GroupLength = 4;
    private const int Length = 16;

    /// <summary>How many an owner gets.</summary>
    public const int Count = 10;

    /// <summary>New codes, as they are shown.</summary>
    public static IReadOnlyList<string> New() => [.. Enumerable.Range(0, Count).Select(_ => Format(
        Base32Encoding.ToString(RandomNumberGenerator.GetBytes(Bytes)).TrimEnd('=')))];

    /// <summary>The hash of a code, however its groups are written; null for what can be none.</summary>
    public static string? HashOf(string code)
    {
        var text = new string([.. code.Where(char.IsAsciiLetterOrDigit)]).ToUpperInvariant();
        return text.Length == Length ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) : null;
    }

    private static string Format(string code) =>
        string.Join('-', code.Chunk(GroupLength).Select(group => new string(group))).ToLowerInvariant();
}
