using System.Text.Json;
using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Pages;

/// <summary>What a browser or a client sends to set the first passphrase.</summary>
/// <param name="RegisterToken">In hexadecimal.</param>
/// <param name="Passphrase">As the client derived it.</param>
/// <param name="Iterations">The rounds the client did, as text.</param>
/// <param name="Hint">Empty for none.</param>
/// <param name="Keys">The keys of the vault, if the client made some.</param>
internal sealed record FirstPassphraseRequest(
    string RegisterToken, string Passphrase, string Iterations, string Hint, VaultKeys? Keys)
{
    /// <summary>From the fields of a form.</summary>
    public static FirstPassphraseRequest Of(AuthForm form) => Read(name => form[name]);

    /// <summary>From JSON.</summary>
    public static FirstPassphraseRequest Of(JsonElement body) => Read(name => body.TextOrNumber(name));

    /// <summary>From a form or from JSON.</summary>
    /// <exception cref="CozyException">BadRequest.</exception>
    public static async Task<FirstPassphraseRequest> ReadAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            return Of(await AuthForm.ReadAsync(request));
        }

        using var body = await AuthJson.ReadAsync(request);
        return Of(body.RootElement);
    }

    /// <summary>The request for the grain.</summary>
    /// <exception cref="CozyException">BadRequest; Invalid.</exception>
    public FirstPassphrase Validate(Visitor visitor)
    {
        if (!Pages.RegisterToken.TryParse(RegisterToken, out var token))
        {
            throw CozyException.BadRequest("Invalid register token");
        }

        return new FirstPassphrase
        {
            RegisterToken = token,
            DerivedPassphrase = DerivedPassphrase.Require(Passphrase),
            KdfIterations = DerivedPassphrase.RequireIterations(Iterations),
            Hint = DerivedPassphrase.RequireHint(Hint) is { Length: > 0 } hint ? hint : null,
            Keys = Keys,
            Visitor = visitor,
        };
    }

    private static FirstPassphraseRequest Read(Func<string, string> field) => new(
        field("register_token"), field("passphrase"), field("iterations"), field("hint"), VaultKeysReader.Read(field));
}

/// <summary>Reads the keys of the vault from a request.</summary>
internal static class VaultKeysReader
{
    private const int MaxLength = 16 * 1024;

    /// <summary>The keys, or null when there are none.</summary>
    /// <param name="field">The value of a field; empty when it was not sent.</param>
    /// <param name="publicKey">The name of the public key's field.</param>
    /// <param name="privateKey">The name of the private key's field.</param>
    /// <exception cref="CozyException">BadRequest: too long.</exception>
    public static VaultKeys? Read(Func<string, string> field, string publicKey = "public_key", string privateKey = "private_key")
    {
        var (key, ofAll, own) = (field("key"), field(publicKey), field(privateKey));
        if (key.Length > MaxLength || ofAll.Length > MaxLength || own.Length > MaxLength)
            throw CozyException.BadRequest("The keys are too long");
        if (key.Length == 0)
            return null;

        // A pair counts only as a pair.
        var hasPair = ofAll.Length > 0 && own.Length > 0;
        return new VaultKeys { Key = key, PublicKey = hasPair ? ofAll : null, PrivateKey = hasPair ? own : null };
    }
}
