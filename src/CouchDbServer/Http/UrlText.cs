using System.Text;

namespace Cozy.CouchDbServer.Http;

/// <summary>Percent-encoding as CouchDB reads and writes it.</summary>
internal static class UrlText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Decodes a part of a path or of a query: <c>+</c> is a space and a <c>%</c> without two hex digits stands for itself.
    /// Null when the bytes are not UTF-8.
    /// </summary>
    public static string? Decode(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny('%', '+') < 0 && System.Text.Ascii.IsValid(text))
            return text.ToString();

        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes[count++] = (byte)((HexValue(text[i + 1]) << 4) | HexValue(text[i + 2]));
                i += 2;
            }
            else if (text[i] == '+')
            {
                bytes[count++] = (byte)' ';
            }
            else
            {
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                count += Encoding.UTF8.GetBytes(text.Slice(i, length), bytes.AsSpan(count));
                i += length - 1;
            }
        }

        try
        {
            return Strict.GetString(bytes, 0, count);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Encodes everything but letters, digits and <c>-._:</c>.</summary>
    public static string Encode(string text) => Uri.EscapeDataString(text)
        .Replace("~", "%7E", StringComparison.Ordinal)
        .Replace("%3A", ":", StringComparison.Ordinal);

    private static int HexValue(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
