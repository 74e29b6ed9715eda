using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cozy.Web.Admin;

/// <summary>
/// The hash of the admin secret: <c>pbkdf2-sha256$rounds$salt$hash</c>, the last two in hexadecimal. The secret
/// itself is stored nowhere.
/// </summary>
public sealed class AdminSecret
{
    private const string Scheme = "pbkdf2-sha256";
    private const int Rounds = 600_000;
    private const int MostRounds = 10_000_000;
    private const int Size = 32;

    private readonly int _rounds;
    private readonly byte[] _salt;
    private readonly byte[] _hash;

    // What was accepted before is recognised without the rounds again: only its keyed hash is kept, in memory.
    private readonly byte[] _memoryKey = RandomNumberGenerator.GetBytes(Size);
    private byte[]? _accepted;

    private AdminSecret(int rounds, byte[] salt, byte[] hash)
    {
        _rounds = rounds;
        _salt = salt;
        _hash = hash;
    }

    /// <summary>Hashes a new secret. Takes some 100 ms.</summary>
    public static AdminSecret Create(string secret)
    {
        var salt = RandomNumberGenerator.GetBytes(Size);
        return new AdminSecret(Rounds, salt, Derive(secret, salt, Rounds));
    }

    /// <summary>Reads a hash; null when the text is not one.</summary>
    public static AdminSecret? Parse(string text)
    {
        var parts = text.Trim().Split('$');
        if (parts.Length != 4 || parts[0] != Scheme
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
            || rounds is 0 or > MostRounds)
        {
            return null;
        }

        try
        {
            var hash = Convert.FromHexString(parts[3]);
            return hash.Length == Size ? new AdminSecret(rounds, Convert.FromHexString(parts[2]), hash) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether this is the secret. The first check of a right one and each of a wrong one take some 100 ms.</summary>
    public bool Accepts(string secret)
    {
        var keyed = HMACSHA256.HashData(_memoryKey, Encoding.UTF8.GetBytes(secret));
        if (Volatile.Read(ref _accepted) is { } accepted && CryptographicOperations.FixedTimeEquals(accepted, keyed))
            return true;

        if (!CryptographicOperations.FixedTimeEquals(_hash, Derive(secret, _salt, _rounds)))
            return false;

        Volatile.Write(ref _accepted, keyed);
        return true;
    }

    /// <summary>The text to store.</summary>
    public override string ToString() =>
        $"{Scheme}${_rounds}${Convert.ToHexStringLower(_salt)}${Convert.ToHexStringLower(_hash)}";

    private static byte[] Derive(string secret, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(secret, salt, rounds, HashAlgorithmName.SHA256, Size);
}
