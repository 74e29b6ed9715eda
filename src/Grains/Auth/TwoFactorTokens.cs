using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cozy.Grains.Auth;

/// <summary>
/// Tokens that only the instance can make, because its session secret signs them: nothing of them is kept, so any silo
/// can check them, and a change of the passphrase ends them all.
/// </summary>
internal static class TwoFactorTokens
{
    private const int NonceSize = 16;
    private const int TimeSize = sizeof(long);
    private const int MacSize = HMACSHA256.HashSizeInBytes;
    private const int CodeDigits = 6;
    private const int Codes = 1_000_000;

    /// <summary>
    /// A signed token for a purpose, good until a moment.
    /// </summary>
    /// <param name="secret">The instance's session secret.</param>
    /// <param name="purpose">What it is for; a token for one purpose is worth nothing for another.</param>
    /// <param name="context">What else must be the same when it is checked.</param>
    /// <param name="until">When it ends.</param>
    public static string Issue(ReadOnlySpan<byte> secret, string purpose, string context, DateTimeOffset until)
    {
        var token = new byte[TimeSize + NonceSize + MacSize];
        BinaryPrimitives.WriteInt64BigEndian(token, until.ToUnixTimeMilliseconds());
        RandomNumberGenerator.Fill(token.AsSpan(TimeSize, NonceSize));
        Sign(secret, purpose, context, token.AsSpan(0, TimeSize + NonceSize), token.AsSpan(TimeSize + NonceSize));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Whether the token is good; its nonce, which names it, if so.</summary>
    public static bool Check(
        ReadOnlySpan<byte> secret, string purpose, string context, string? token, DateTimeOffset now, out string nonce)
    {
        nonce = "";
        if (token is not { Length: > 0 and <= 128 } || secret.IsEmpty || !Base64Url.IsValid(token))
            return false;
        var bytes = Base64Url.DecodeFromChars(token).AsSpan();
        if (bytes.Length != TimeSize + NonceSize + MacSize)
            return false;

        Span<byte> expected = stackalloc byte[MacSize];
        Sign(secret, purpose, context, bytes[..(TimeSize + NonceSize)], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes[(TimeSize + NonceSize)..])
            || now.ToUnixTimeMilliseconds() > BinaryPrimitives.ReadInt64BigEndian(bytes))
        {
            return false;
        }

        nonce = Convert.ToHexStringLower(bytes.Slice(TimeSize, NonceSize));
        return true;
    }

    /// <summary>The code that goes with a name, such as the nonce of a token.</summary>
    public static string CodeFor(ReadOnlySpan<byte> secret, string purpose, string name)
    {
        Span<byte> mac = stackalloc byte[MacSize];
        Sign(secret, purpose, name, "code"u8, mac);
        var number = BinaryPrimitives.ReadUInt64BigEndian(mac) % Codes;
        return number.ToString(CultureInfo.InvariantCulture).PadLeft(CodeDigits, '0');
    }

    /// <summary>Compares in a time that tells nothing of where the two differ; blanks that people type do not count.</summary>
    public static bool AreEqual(string expected, string given) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given.Replace(" ", "", StringComparison.Ordinal)));

    private static void Sign(
        ReadOnlySpan<byte> secret, string purpose, string context, ReadOnlySpan<byte> message, Span<byte> mac)
    {
        var prefix = Encoding.UTF8.GetBytes($"{purpose}\n{context.Length}\n{context}\n");
        HMACSHA256.HashData(secret, [.. prefix, .. message], mac);
    }
}
