using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cozy.Grains.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Cozy.Grains.Triggers;

/// <summary>How calls of a webhook are signed. The key is sealed, because apps may read triggers.</summary>
/// <param name="Header">The header with the signature, in lower case.</param>
/// <param name="Sealed">The key.</param>
internal sealed record WebhookSignature(string Header, string Sealed)
{
    private const string Member = "signature";
    private const string Prefix = "sha256=";

    public static WebhookSignature Seal(NewSignature signature, IDataProtector seal) =>
        new(signature.Header.ToLowerInvariant(), seal.Protect(signature.Secret));

    public static WebhookSignature? Read(JsonElement root) =>
        root.TryGetProperty(Member, out var found) && found.ValueKind == JsonValueKind.Object
            ? new WebhookSignature(found.Text("header") ?? "", found.Text("sealed") ?? "")
            : null;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject(Member);
        json.WriteString("header", Header);
        json.WriteString("sealed", Sealed);
        json.WriteEndObject();
    }

    /// <summary>Whether the call is signed with the key.</summary>
    public bool IsGood(WebhookCall call, IDataProtector seal)
    {
        if (!call.Headers.TryGetValue(Header, out var given))
            return false;
        if (given.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            given = given[Prefix.Length..];
        try
        {
            var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(seal.Unprotect(Sealed)), call.Body.Span);
            return CryptographicOperations.FixedTimeEquals(expected, Convert.FromHexString(given.Trim()));
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            return false;
        }
    }
}
