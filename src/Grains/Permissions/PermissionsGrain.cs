using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Orleans.Placement;

namespace Cozy.Grains.Permissions;

/// <summary>
/// All permission documents of the instance in memory; writes go through the doctype's grain, which decides conflicts
/// by revision. After a write whose outcome is unknown they are read again.
/// </summary>
[GrainType("permissions"), PreferLocalPlacement]
internal sealed class PermissionsGrain : Grain, IPermissionsGrain
{
    private const int TinyCodeLength = 6;

    /// <summary>
    /// Of a million codes of six digits, each good for an hour at most, this many can be tried in a minute.
    /// </summary>
    private const int MaximumUnknownTinyCodesPerMinute = 20;

    /// <summary>Wrong passwords of one link at once; then one a minute.</summary>
    private const int MaximumWrongPasswords = 30;
    private const int MaximumPasswordChecksAtOnce = 4;

    private const string AnyCode = "";

    private readonly PassphraseHasher _hasher;
    private readonly PermissionDocuments _documents;
    private readonly LoadOnce<PermissionIndex> _index;
    private readonly AttemptBuckets _unknownTinyCodes;

    /// <summary>By link, so that trying one locks no other.</summary>
    private readonly AttemptBuckets _wrongPasswords;
    private int _passwordChecks;

    public PermissionsGrain(IDocumentStore store, PassphraseHasher hasher, TimeProvider time)
    {
        _hasher = hasher;
        _documents = new PermissionDocuments(store, GrainFactory, this.GetPrimaryKeyString());
        _index = new(_documents.LoadAsync);
        _unknownTinyCodes = new AttemptBuckets(
            time, MaximumUnknownTinyCodesPerMinute, TimeSpan.FromMinutes(1) / MaximumUnknownTinyCodesPerMinute);
        _wrongPasswords = new AttemptBuckets(time, MaximumWrongPasswords, TimeSpan.FromMinutes(1));
    }

    public async ValueTask<PermissionDocument?> FindByCodeAsync(string code) => (await _index.GetAsync()).FindByCode(code);

    public async ValueTask<PermissionDocument?> FindByShortCodeAsync(string code)
    {
        var index = await _index.GetAsync();
        if (code.Length > TinyCodeLength)
            return index.FindByShortCode(code);

        if (!_unknownTinyCodes.Allows(AnyCode))
            throw TooMany("Too many unknown codes were tried. Try again in a minute.");
        var found = index.FindByShortCode(code);
        if (found is null)
            _unknownTinyCodes.TryTake(AnyCode);
        return found;
    }

    public async ValueTask<PermissionDocument?> FindBySourceAsync(string type, string sourceId) =>
        (await _index.GetAsync()).FindBySource(type, sourceId);

    public async ValueTask<PermissionDocument> GetAsync(string id) =>
        (await _index.GetAsync()).Find(id)
        ?? throw CozyException.NotFound(await _documents.IsDeletedAsync(id) ? "deleted" : "missing");

    public async Task<PermissionDocument> SaveAsync(PermissionDocument document, string? password, bool isRetry)
    {
        var index = await _index.GetAsync();
        if (index.HasOthersShortCode(document))
            throw new CozyException(ErrorKind.Conflict, "code_taken", "Another link has this code.");
        if (password is not null)
        {
            document = document with
            {
                PasswordHash = password.Length == 0 ? null : await CheckAsync(() => _hasher.HashAsync(password)),
            };
        }

        return await ChangeAsync(index, document, () => _documents.WriteAsync(document, isRetry), index.Set);
    }

    public async Task DeleteAsync(string id, bool isRetry)
    {
        var index = await _index.GetAsync();
        if (index.Find(id) is not { } document)
        {
            if (isRetry && await _documents.IsDeletedAsync(id))
                return;
            throw CozyException.NotFound(await _documents.IsDeletedAsync(id) ? "deleted" : "missing");
        }

        await ChangeAsync(index, document, () => _documents.DeleteAsync(document, isRetry), gone => index.Remove(gone.Id));
    }

    public async ValueTask<IReadOnlyList<PermissionDocument>> ListLinksAsync(string doctype, string? firstId, int limit) =>
    [
        .. (await _index.GetAsync()).Links
            .Where(link => firstId is null || string.CompareOrdinal(link.Id, firstId) >= 0)
            .Where(link => link.Rules.Any(rule => rule.Rule.Doctype == doctype))
            .Take(limit + 1),
    ];

    public async ValueTask<IReadOnlyList<SharedDocument>> FindSharedAsync(IReadOnlyList<SharedDocument> documents)
    {
        var verbs = new Dictionary<(string Doctype, string Id), Verbs>();
        foreach (var rule in (await _index.GetAsync()).Links.SelectMany(link => link.Rules).Select(titled => titled.Rule))
        {
            foreach (var id in rule.Selector is null ? rule.Values : [])
                verbs[(rule.Doctype, id)] = verbs.GetValueOrDefault((rule.Doctype, id)) | rule.Verbs;
        }

        return
        [
            .. documents
                .Select(document => document with { Verbs = verbs.GetValueOrDefault((document.Doctype, document.Id)) })
                .Where(document => document.Verbs != Verbs.None),
        ];
    }

    public async Task<bool?> CheckPasswordAsync(string id, string password)
    {
        if ((await GetAsync(id)).PasswordHash is not { } hash)
            return null;

        // Counted before the check, so that attempts made at the same time cannot exceed the limit together.
        if (!_wrongPasswords.TryTake(id))
            throw TooMany("Too many wrong passwords were tried. Try again in a minute.");
        var isRight = await CheckAsync(() => _hasher.VerifyAsync(password, hash));
        if (isRight)
            _wrongPasswords.Forgive(id);
        return isRight;
    }

    public Task ForgetAsync()
    {
        _index.Reset();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private static CozyException TooMany(string detail) => new(ErrorKind.TooManyRequests, "too_many_attempts", detail);

    /// <summary>Hashing takes much memory, so only a few run for one instance.</summary>
    private async Task<T> CheckAsync<T>(Func<Task<T>> check)
    {
        if (_passwordChecks >= MaximumPasswordChecksAtOnce)
            throw TooMany("Too many passwords are being checked. Try again in a moment.");
        _passwordChecks++;
        try
        {
            return await check();
        }
        finally
        {
            _passwordChecks--;
        }
    }

    /// <summary>
    /// Writes, then brings memory in line if it still is as it was before the write; else, and when the outcome is in
    /// doubt, the documents are read again.
    /// </summary>
    private async Task<PermissionDocument> ChangeAsync(
        PermissionIndex index, PermissionDocument before, Func<Task<PermissionDocument>> write, Action<PermissionDocument> remember)
    {
        try
        {
            var after = await write();
            if (_index.IsCurrent(index) && index.Find(before.Id)?.Revision == before.Revision)
                remember(after);
            else
                _index.Reset();
            return after;
        }
        catch
        {
            _index.Reset();
            throw;
        }
    }
}
