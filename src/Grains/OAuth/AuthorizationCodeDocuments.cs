using System.Security.Cryptography;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.OAuth;

/// <summary>Codes as documents of <c>io.cozy.oauth.access_codes</c>, with the fields of cozy-stack.</summary>
internal sealed class AuthorizationCodeDocuments(
    IDocumentStore store, IGrainFactory grains, string instanceId, TimeProvider time, TimeSpan lifetime)
{
    private const int CodeBytes = 32;

    private readonly OneTimeDocuments _codes = new(store, grains, instanceId, "io.cozy.oauth.access_codes", time, lifetime);

    public async Task<string> CreateAsync(AuthorizationCode code)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(CodeBytes));
        await _codes.CreateAsync(id, json =>
        {
            json.WriteString("client_id", code.ClientId);
            json.WriteString("scope", code.Scope);
            json.WriteOptional("code_challenge", code.Challenge);
            json.WriteOptional("redirect_uri", code.RedirectUri);
        });
        return id;
    }

    public Task<AuthorizationCode?> FindAsync(string code) => _codes.FindAsync(code, static json => new AuthorizationCode
    {
        ClientId = json.Text("client_id") ?? string.Empty,
        Scope = json.Text("scope") ?? string.Empty,
        Challenge = json.Text("code_challenge"),
        RedirectUri = json.Text("redirect_uri"),
    });

    public Task<bool> RedeemAsync(string code) => _codes.RedeemAsync(code);
}
