using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Cozy.Grains.Exports;

/// <summary>
/// The secret part of an export's address, in cozy-stack's form: base64url(time ‖ export id ‖ HMAC-SHA256), the time as eight
/// bytes of seconds since 1970, the key being the instance's session secret.
/// </summary>
public static class ExportCode
{
    private const int TimeSize = sizeof(long);
    private const int MaxTextSize = 256;

    private static ReadOnlySpan<byte> Purpose => "exports"u8;

    /// <summary>The code of an export.</summary>
    public static string Sign(string exportId, DateTimeOffset now, ReadOnlySpan<byte> secret)
    {
        var id = Encoding.UTF8.GetBytes(exportId);
        var message = new byte[TimeSize + id.Length + HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(message, now.ToUnixTimeSeconds());
        id.CopyTo(message, TimeSize);
        Mac(message.AsSpan(0, TimeSize + id.Length), secret).CopyTo(message.AsSpan(TimeSize + id.Length));
        return Base64Url.EncodeToString(message);
    }

    /// <summary>Whether a text can be a code at all.</summary>
    public static bool IsReadable(string code) =>
        code.Length <= MaxTextSize && Base64Url.IsValid(code, out var length) && length > TimeSize + HMACSHA256.HashSizeInBytes;

    /// <summary>The id of the export; null when the instance has not signed the code.</summary>
    public static string? Verify(string code, ReadOnlySpan<byte> secret)
    {
        if (!IsReadable(code) || secret.IsEmpty)
            return null;
        var message = Base64Url.DecodeFromChars(code).AsSpan();
        var signed = message[..^HMACSHA256.HashSizeInBytes];
        return CryptographicOperations.FixedTimeEquals(Mac(signed, secret), message[^HMACSHA256.HashSizeInBytes..])
            ? Encoding.UTF8.GetString(signed[TimeSize..])
            : null;
    }

    private static byte[] Mac(ReadOnlySpan<byte> message, ReadOnlySpan<byte> secret) =>
        HMACSHA256.HashData(secret, [.. Purpose, .. message]);
}
