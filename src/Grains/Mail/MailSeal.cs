using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Cozy.Grains.Mail;

/// <summary>
/// Mails of the server itself as messages of jobs. They carry links and codes that open an instance, and apps may read
/// jobs: so what they say is sealed.
/// </summary>
internal sealed class MailSeal(IDataProtectionProvider protection)
{
    private const string Member = "sealed";

    private readonly IDataProtector _seal = protection.CreateProtector("cozy.mails");

    /// <summary>The message of a job that sends the mail.</summary>
    public ReadOnlyMemory<byte> Seal(OutgoingMail mail) => JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, string> { [Member] = _seal.Protect(JsonSerializer.Serialize(mail)) });

    /// <summary>Whether the message of a job is a sealed mail.</summary>
    public static bool IsSealed(JsonElement message) => message.ValueKind == JsonValueKind.Object && message.TryGetProperty(Member, out _);

    /// <summary>The mail of a message; null when the key that sealed it is gone, or it never was sealed.</summary>
    public OutgoingMail? Open(JsonElement message)
    {
        try
        {
            return JsonSerializer.Deserialize<OutgoingMail>(_seal.Unprotect(message.GetProperty(Member).GetString() ?? ""));
        }
        catch (Exception failure) when (failure is CryptographicException or JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
