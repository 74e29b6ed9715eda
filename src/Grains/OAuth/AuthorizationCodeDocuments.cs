using System.Security.Cryptography;
using System.Text.Json;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.OAuth;

/// <summary>
/// Codes as documents of <c>io.cozy.oauth.access_codes</c>, with the fields of cozy-stack. A code is good once, whatever
/// crashes and whoever tries at the same time: deleting its document decides.
/// </summary>
internal sealed class AuthorizationCodeDocuments(
    IDocumentStore store, IGrainFactory grains, string instanceId, TimeProvider time, TimeSpan lifetime)
{
    private const string Doctype = "io.cozy.oauth.access_codes";
    private const int CodeBytes = 32;

    private readonly DatabaseName _database = DatabaseName.ForDoctype(instanceId, Doctype);
    private readonly IDoctypeGrain _documents = grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, Doctype));
    private DateTimeOffset? _lastCleaning;

    public async Task<string> CreateAsync(AuthorizationCode code)
    {
        await CleanAsync();
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(CodeBytes));
        var members = Json.Members(json =>
        {
            json.WriteString("client_id", code.ClientId);
            json.WriteNumber("issued_at", time.GetUtcNow().ToUnixTimeSeconds());
            json.WriteString("scope", code.Scope);
            json.WriteOptional("code_challenge", code.Challenge);
            json.WriteOptional("redirect_uri", code.RedirectUri);
        });
        await EditAsync(new Edit(id, null, false, members));
        return id;
    }

    public async Task<AuthorizationCode?> FindAsync(string code)
    {
        if (await ReadAsync(code) is not { } document)
            return null;

        using var json = Json.Parse(document.Members);
        var root = json.RootElement;
        return IsExpired(root) ? null : new AuthorizationCode
        {
            ClientId = root.Text("client_id") ?? string.Empty,
            Scope = root.Text("scope") ?? string.Empty,
            Challenge = root.Text("code_challenge"),
            RedirectUri = root.Text("redirect_uri"),
        };
    }

    public async Task<bool> RedeemAsync(string code)
    {
        if (await ReadAsync(code) is not { } document)
            return false;
        try
        {
            await EditAsync(new Edit(code, document.Revision, true, default));
            return true;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.Conflict)
        {
            return false;
        }
    }

    /// <summary>Removes codes that nobody used, so that they do not pile up.</summary>
    private async Task CleanAsync()
    {
        var now = time.GetUtcNow();
        if (_lastCleaning is { } last && now - last < lifetime)
            return;
        _lastCleaning = now;

        var expired = new List<Edit>();
        await DocumentPages.ForEachAsync(store, _database, (id, stored) =>
        {
            using var json = Json.Parse(stored.Members);
            if (IsExpired(json.RootElement))
                expired.Add(new Edit(id, stored.Revision.ToString(), true, default));
        });
        if (expired.Count > 0)
            await _documents.EditAsync(expired);
    }

    private bool IsExpired(JsonElement code) =>
        !code.TryGetProperty("issued_at", out var value) || !value.TryGetInt64(out var issued)
        || time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(issued) > lifetime;

    private async Task<Document?> ReadAsync(string code)
    {
        try
        {
            return await _documents.ReadAsync(code) is { Deleted: false } document ? document : null;
        }
        catch (CozyException failure) when (failure.Kind is ErrorKind.NotFound or ErrorKind.BadRequest)
        {
            return null;
        }
    }

    private async Task EditAsync(Edit edit)
    {
        var outcome = (await _documents.EditAsync([edit]))[0];
        if (outcome.Error is not null)
            throw CozyException.Conflict(outcome.Reason!);
    }
}
