using System.Security.Cryptography;

namespace Cozy.Web.Auth.Security;

/// <summary>Keys of authenticator apps as their makers write them (RFC 4648, without padding).</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int KeyBytes = 20;
    private const int LongestText = 128;

    /// <summary>A new key of 160 bits.</summary>
    public static string NewKey() => Encode(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>Writes bytes; a number of them that is a multiple of five needs no padding.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + 4) / 5];
        int buffer = 0, bits = 0, length = 0;
        foreach (var value in bytes)
        {
            buffer = (buffer << 8) | value;
            for (bits += 8; bits >= 5; bits -= 5)
                text[length++] = Alphabet[(buffer >> (bits - 5)) & 31];
            buffer &= (1 << bits) - 1;
        }

        if (bits > 0)
            text[length] = Alphabet[(buffer << (5 - bits)) & 31];
        return new string(text);
    }

    /// <summary>Reads a text; false when it is not one.</summary>
    public static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length is 0 or > LongestText)
            return false;

        var result = new byte[text.Length * 5 / 8];
        int buffer = 0, bits = 0, length = 0;
        foreach (var letter in text)
        {
            var value = Alphabet.IndexOf(char.ToUpperInvariant(letter), StringComparison.Ordinal);
            if (value < 0)
                return false;
            buffer = (buffer << 5) | value;
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            result[length++] = (byte)(buffer >> bits);
            buffer &= (1 << bits) - 1;
        }

        bytes = result;
        return true;
    }
}
