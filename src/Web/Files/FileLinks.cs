using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Cozy.Grains.Instances;

namespace Cozy.Web.Files;

/// <summary>
/// Secrets in links that need no token: they say what they are for and until when, and are signed with a secret of the
/// instance, so that every front end understands them and nothing is to be kept.
/// </summary>
internal sealed class FileLinks(TimeProvider time)
{
    /// <summary>How long a link works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int ExpiryBytes = 4;
    private const int SignatureBytes = 16;

    /// <summary>The secret to download a file, or (with a version's id) one of its former contents.</summary>
    public string DownloadSecret(Instance instance, string fileId, string? versionId) =>
        Make(instance, "download", versionId is null ? fileId : $"{fileId}/{versionId}");

    /// <summary>What a secret lets download; null when it is not good.</summary>
    public (string FileId, string? VersionId)? ReadDownloadSecret(Instance instance, string secret)
    {
        if (Read(instance, "download", secret) is not { } what)
            return null;
        var slash = what.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (what, null) : (what[..slash], what[(slash + 1)..]);
    }

    private string Make(Instance instance, string purpose, string what)
    {
        var length = Encoding.UTF8.GetByteCount(what);
        var bytes = new byte[ExpiryBytes + length + SignatureBytes];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)(time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        Encoding.UTF8.GetBytes(what, bytes.AsSpan(ExpiryBytes));
        Sign(instance, purpose, bytes.AsSpan(0, ExpiryBytes + length), bytes.AsSpan(ExpiryBytes + length));
        return Base64Url.EncodeToString(bytes);
    }

    private string? Read(Instance instance, string purpose, string secret)
    {
        byte[] bytes;
        try
        {
            bytes = Base64Url.DecodeFromChars(secret);
        }
        catch (FormatException)
        {
            return null;
        }

        if (bytes.Length < ExpiryBytes + SignatureBytes)
            return null;

        var signed = bytes.AsSpan(..^SignatureBytes);
        Span<byte> signature = stackalloc byte[SignatureBytes];
        Sign(instance, purpose, signed, signature);
        return CryptographicOperations.FixedTimeEquals(signature, bytes.AsSpan(^SignatureBytes..))
            && BinaryPrimitives.ReadUInt32BigEndian(signed) > time.GetUtcNow().ToUnixTimeSeconds()
                ? Encoding.UTF8.GetString(signed[ExpiryBytes..])
                : null;
    }

    // The purpose is part of what is signed, with its length, so that one kind of secret cannot pass for another.
    private static void Sign(Instance instance, string purpose, ReadOnlySpan<byte> what, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var prefix = Encoding.UTF8.GetBytes($"files/{purpose.Length}/{purpose}/");
        var message = new byte[prefix.Length + what.Length];
        prefix.CopyTo(message, 0);
        what.CopyTo(message.AsSpan(prefix.Length));
        HMACSHA256.HashData(instance.SessionSecret.Span, message, hash);
        hash[..SignatureBytes].CopyTo(signature);
    }
}
