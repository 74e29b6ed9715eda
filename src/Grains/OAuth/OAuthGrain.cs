using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace Cozy.Grains.OAuth;

/// <summary>
/// All clients of the instance in memory; writes go through the doctype's grain, which decides conflicts by revision.
/// After a write whose outcome is unknown they are read again.
/// </summary>
[GrainType("oauth"), PreferLocalPlacement]
internal sealed class OAuthGrain : Grain, IOAuthGrain
{
    private const int Attempts = 5;

    private readonly OAuthOptions _options;
    private readonly TimeProvider _time;
    private readonly OAuthClientDocuments _documents;
    private readonly AuthorizationCodeDocuments _codes;
    private readonly LoadOnce<SortedDictionary<string, OAuthClient>> _clients;
    private readonly AttemptLimit _registrations;

    public OAuthGrain(IDocumentStore store, IOptions<OAuthOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _documents = new(store, GrainFactory, this.GetPrimaryKeyString());
        _codes = new(store, GrainFactory, this.GetPrimaryKeyString(), time, _options.CodeLifetime);
        _clients = new(_documents.LoadAsync);
        _registrations = new AttemptLimit(time, _options.RegistrationsPerHour, TimeSpan.FromHours(1));
    }

    public async Task<OAuthClient> RegisterAsync(OAuthClient client, bool isRetry)
    {
        if (client.IsPending && !isRetry)
            CountRegistration();
        await RemoveForgottenAsync();
        var clients = await _clients.GetAsync();
        if (isRetry && clients.TryGetValue(client.Id, out var made))
            return made;

        var now = _time.GetUtcNow();
        var named = client with { Name = UniqueName(clients, client), CreatedAt = now, UpdatedAt = now };
        return await WriteAsync(clients, named, isRetry);
    }

    public async ValueTask<OAuthClient?> FindAsync(string id) =>
        (await _clients.GetAsync()).TryGetValue(id, out var client) && !IsForgotten(client) ? client : null;

    public async ValueTask<OAuthClient?> FindBySoftwareAsync(string softwareId) =>
        (await _clients.GetAsync()).Values.FirstOrDefault(client => client.SoftwareId == softwareId && !IsForgotten(client));

    public async ValueTask<OAuthClientStanding?> FindStandingAsync(string id) =>
        await FindAsync(id) is { } client ? OAuthClientStanding.Of(client) : null;

    public async ValueTask<OAuthClientPage> ListAsync(int limit, string? after)
    {
        var clients = (await _clients.GetAsync()).Values
            .Where(client => !IsForgotten(client) && (after is null || string.CompareOrdinal(client.Id, after) > 0))
            .Take(limit + 1).ToList();
        return new OAuthClientPage(clients.Count > limit ? clients[..limit] : clients, clients.Count > limit);
    }

    public async ValueTask<int> CountConnectedAsync() =>
        (await _clients.GetAsync()).Values.Count(client => client is { IsPending: false, Kind: not null, Name.Length: > 0 });

    public async Task<OAuthClient> UpdateAsync(OAuthClient client, bool isRetry)
    {
        if (!isRetry)
            CountRegistration();
        var clients = await _clients.GetAsync();
        if (!clients.TryGetValue(client.Id, out var known))
            throw Missing();
        var name = client.Name == known.Name ? client.Name : UniqueName(clients, client);
        return await WriteAsync(clients, client with { Name = name, UpdatedAt = _time.GetUtcNow() }, isRetry);
    }

    public async Task DeleteAsync(string id, bool isRetry)
    {
        if (!(await _clients.GetAsync()).ContainsKey(id))
        {
            if (isRetry && await _documents.IsDeletedAsync(id))
                return;
            throw Missing();
        }

        await ChangeAsync(id, _ => null);
    }

    public async Task<int> DeleteAllAsync(string? kind)
    {
        var ids = (await _clients.GetAsync()).Values
            .Where(client => kind is null || client.Kind == kind).Select(client => client.Id).ToList();
        foreach (var id in ids)
            await ChangeAsync(id, _ => null);
        return ids.Count;
    }

    public async Task<OAuthClientStanding?> RevokeTokensAsync(string id) =>
        await ChangeAsync(id, client => client with { TokenGeneration = client.TokenGeneration + 1 }) is { } changed
            ? OAuthClientStanding.Of(changed)
            : null;

    public Task DeletePendingAsync(string id) => ChangeAsync(id, client => client.IsPending ? null : client);

    public Task NoteAsync(string id, OAuthClientUse use) => ChangeAsync(id, client => use == OAuthClientUse.Refreshed
        ? client with { LastRefreshedAt = _time.GetUtcNow() }
        : client with { SynchronizedAt = _time.GetUtcNow() });

    public async Task AcceptAsync(string id, string? operatingSystem)
    {
        var accepted = await ChangeAsync(
            id, client => client with { IsPending = false, OperatingSystem = operatingSystem ?? client.OperatingSystem });
        if (accepted is null)
            throw Missing();
    }

    public async Task CertifyAsync(string id)
    {
        if (await ChangeAsync(id, client => client with { IsFlagship = true }) is null)
            throw Missing();
    }

    public Task<string> CreateCodeAsync(AuthorizationCode code) => _codes.CreateAsync(code);

    public Task<AuthorizationCode?> FindCodeAsync(string code) => _codes.FindAsync(code);

    public Task<bool> RedeemCodeAsync(string code) => _codes.RedeemAsync(code);

    public Task ForgetAsync()
    {
        _clients.Reset();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private static CozyException Missing() => CozyException.NotFound("deleted");

    private static string UniqueName(SortedDictionary<string, OAuthClient> clients, OAuthClient client) =>
        ClientName.MakeUnique(client.Name, clients.Values.Where(other => other.Id != client.Id).Select(other => other.Name));

    private void CountRegistration()
    {
        if (!_registrations.Allows())
            throw new CozyException(ErrorKind.TooManyRequests, "too_many_attempts", "Too many clients were registered. Try again later.");
        _registrations.Fail();
    }

    /// <summary>Whether the client waited for the owner too long: it is as good as removed.</summary>
    private bool IsForgotten(OAuthClient client) =>
        client is { IsPending: true, CreatedAt: { } created } && _time.GetUtcNow() - created > _options.PendingLifetime;

    private async Task RemoveForgottenAsync()
    {
        var forgotten = (await _clients.GetAsync()).Values.Where(IsForgotten).Select(client => client.Id).ToList();
        foreach (var id in forgotten)
            await ChangeAsync(id, client => IsForgotten(client) ? null : client);
    }

    /// <summary>Changes a client, or removes it when the change says null; again if somebody else changed it meanwhile.</summary>
    /// <returns>What it is now; null when it is gone.</returns>
    private async Task<OAuthClient?> ChangeAsync(string id, Func<OAuthClient, OAuthClient?> change)
    {
        for (var attempt = 1; ; attempt++)
        {
            var clients = await _clients.GetAsync();
            if (!clients.TryGetValue(id, out var client))
                return null;
            try
            {
                if (change(client) is { } changed)
                    return ReferenceEquals(changed, client) ? client : await WriteAsync(clients, changed, isRetry: false);
                await WriteAsync(clients, client, () => _documents.DeleteAsync(client, isRetry: true), () => clients.Remove(id));
                return null;
            }
            catch (CozyException failure) when (failure.Kind == ErrorKind.Conflict && attempt < Attempts)
            {
                // It is read again and changed as it is now.
            }
        }
    }

    private async Task<OAuthClient> WriteAsync(SortedDictionary<string, OAuthClient> clients, OAuthClient client, bool isRetry)
    {
        var written = client;
        await WriteAsync(
            clients, client, async () => written = await _documents.WriteAsync(client, isRetry), () => clients[written.Id] = written);
        return written;
    }

    /// <summary>
    /// Writes, then brings memory in line if it still is as it was before the write; else, and when the outcome is in
    /// doubt, the documents are read again.
    /// </summary>
    private async Task WriteAsync(
        SortedDictionary<string, OAuthClient> clients, OAuthClient before, Func<Task> write, Action remember)
    {
        try
        {
            await write();
            if (_clients.IsCurrent(clients) && clients.GetValueOrDefault(before.Id)?.Revision == before.Revision)
                remember();
            else
                _clients.Reset();
        }
        catch
        {
            _clients.Reset();
            throw;
        }
    }
}
