using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Cozy.Web.Auth.Sessions;

/// <summary>
/// Writes and reads the value of the session cookie: base64url(time ‖ session id ‖ HMAC-SHA256), the time as eight
/// bytes of seconds since 1970, the key being the instance's session secret. The signature keeps strangers from making
/// a grain look for sessions; whether the session still exists is the grain's to say.
/// </summary>
internal static class SessionCookieCodec
{
    private const int TimeSize = sizeof(long);
    private const int MacSize = HMACSHA256.HashSizeInBytes;
    private const int MaxIdSize = 128;
    private const int MaxTextSize = 256;
    private const int MaxPurposeSize = 16;

    // What else the secret signs can never be taken for a session.
    private static ReadOnlySpan<byte> SessionPurpose => "cozysessid"u8;

    /// <summary>The cookie's value.</summary>
    /// <param name="sessionId">The id.</param>
    /// <param name="now">The time.</param>
    /// <param name="secret">The instance's session secret.</param>
    /// <param name="purpose">What the cookie is for, at most 16 bytes; empty for a session.</param>
    public static string Encode(
        string sessionId, DateTimeOffset now, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> purpose = default)
    {
        var id = Encoding.UTF8.GetBytes(sessionId);
        ArgumentOutOfRangeException.ThrowIfZero(id.Length, nameof(sessionId));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id.Length, MaxIdSize, nameof(sessionId));
        var message = new byte[TimeSize + id.Length + MacSize];
        BinaryPrimitives.WriteInt64BigEndian(message, now.ToUnixTimeSeconds());
        id.CopyTo(message, TimeSize);
        Sign(message.AsSpan(0, TimeSize + id.Length), secret, purpose, message.AsSpan(TimeSize + id.Length));
        return Base64Url.EncodeToString(message);
    }

    /// <summary>The session's id; null when the value is not one that this instance signed.</summary>
    public static string? Decode(string? value, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> purpose = default)
    {
        if (value is null or { Length: > MaxTextSize } || secret.IsEmpty || !Base64Url.IsValid(value))
        {
            return null;
        }

        var message = Base64Url.DecodeFromChars(value).AsSpan();
        if (message.Length is <= TimeSize + MacSize or > TimeSize + MaxIdSize + MacSize)
        {
            return null;
        }

        Span<byte> expected = stackalloc byte[MacSize];
        Sign(message[..^MacSize], secret, purpose, expected);
        return CryptographicOperations.FixedTimeEquals(expected, message[^MacSize..])
            ? Encoding.UTF8.GetString(message[TimeSize..^MacSize])
            : null;
    }

    private static void Sign(
        ReadOnlySpan<byte> message, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> purpose, Span<byte> mac)
    {
        if (purpose.IsEmpty)
            purpose = SessionPurpose;
        Span<byte> signed = stackalloc byte[MaxPurposeSize + TimeSize + MaxIdSize];
        purpose.CopyTo(signed);
        message.CopyTo(signed[purpose.Length..]);
        HMACSHA256.HashData(secret, signed[..(purpose.Length + message.Length)], mac);
    }
}
