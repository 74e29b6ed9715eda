using System.Security.Cryptography;
using Cozy.Grains.Apps;
using Cozy.Grains.Auth;
using Cozy.Grains.Domains;
using Cozy.Grains.Errors;
using Cozy.Grains.Features;
using Cozy.Grains.Files;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Cozy.Grains.Instances;

/// <summary>
/// Creating an instance claims its names first and writes the instance's own document last: until then nothing answers
/// under the names, and the same request finishes what a crash left. Destroying goes the other way round, and finishes by itself.
/// </summary>
[GrainType("instance"), PreferLocalPlacement, CollectionAgeLimit(Minutes = 30)]
internal sealed partial class InstanceGrain : Grain, IInstanceGrain
{
    private readonly IDocumentStore _documents;
    private readonly PassphraseHasher _hasher;
    private readonly DefaultApps _apps;
    private readonly InstanceEraser _eraser;
    private readonly SettingsDocuments _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<InstanceGrain> _log;
    private readonly LoadOnce<StoredDocument?> _document;
    private readonly LoadOnce<Instance?> _instance;

    public InstanceGrain(
        IDocumentStore documents, IBlobStore blobs, PassphraseHasher hasher, DefaultApps apps, TimeProvider time,
        ILogger<InstanceGrain> log)
    {
        _documents = documents;
        _hasher = hasher;
        _apps = apps;
        (_time, _log) = (time, log);
        _eraser = new InstanceEraser(GrainFactory, documents, blobs, time);
        _settings = new SettingsDocuments(GrainFactory, Id);
        _document = new(LoadDocumentAsync);
        _instance = new(LoadInstanceAsync);
    }

    private string Id => this.GetPrimaryKeyString();

    public ValueTask<Instance?> GetAsync() => _instance.GetAsync();

    public Task SettingsChangedAsync()
    {
        _instance.Reset();
        return Task.CompletedTask;
    }

    public async Task<Instance> CreateAsync(NewInstance request)
    {
        InstanceRules.Check(request);
        var apps = await _apps.ForAsync(request.Apps, request.ContextName);
        var current = await _document.GetAsync();
        if (current is { Deleted: false })
        {
            if (!InstanceDocument.IsDeleting(current))
                throw CozyException.Conflict($"The instance {request.Domain} already exists.");
            await DestroyAsync();
            current = await _document.GetAsync();
        }

        await ClaimAsync([request.Domain, .. request.DomainAliases]);

        // What is left of an attempt that died must not show in the new instance.
        await _eraser.ForgetAsync(Id);

        var iterations = request.KdfIterations == 0 ? PassphraseDerivation.DefaultIterations : request.KdfIterations;
        string? hash = null;
        if (request.Passphrase is { } passphrase)
        {
            hash = await _hasher.HashAsync(await Task.Run(
                () => PassphraseDerivation.Derive(passphrase, request.Domain, iterations)));
            await _settings.WriteDerivationAsync(iterations, hint: null, keys: null);
        }

        await _settings.WriteOwnerAsync(request.Email ?? "", request.PublicName ?? "", request.TimeZone ?? "");
        await GrainFactory.GetGrain<IFileTreeGrain>(Id).InitializeAsync(request.Locale, request.Address);

        // Written down with the rest, so that a crash does not lose them, and installed while the owner comes in.
        await GrainFactory.GetGrain<IAppsGrain>(Id).PlanAsync(apps);
        var instance = await WriteAsync(
            new Instance
            {
                Id = Id,
                Revision = "",
                Domain = request.Domain,
                DomainAliases = request.DomainAliases,
                Locale = request.Locale,
                ContextName = request.ContextName,
                Uuid = request.Uuid,
                OidcId = request.OidcId,
                DiskQuota = request.DiskQuota,
                PassphraseHash = hash,
                OnboardingFinished = hash is not null,
                RegisterToken = hash is null ? RandomNumberGenerator.GetBytes(16) : ReadOnlyMemory<byte>.Empty,
                SessionSecret = RandomNumberGenerator.GetBytes(64),
                OAuthSecret = RandomNumberGenerator.GetBytes(128),
                CliSecret = RandomNumberGenerator.GetBytes(128),
            },
            replaced: null);
        await GrainFactory.GetGrain<IAppsGrain>(Id).ResumeAsync();
        return instance;
    }

    public async Task<Instance> ModifyAsync(InstancePatch patch)
    {
        var instance = await RequireAsync();
        InstanceRules.Check(instance.Domain, patch);
        var aliases = patch.DomainAliases ?? instance.DomainAliases;
        await ClaimAsync([.. aliases.Except(instance.DomainAliases)]);
        await _settings.WriteOwnerAsync(patch.Email, patch.PublicName, patch.TimeZone);

        var changed = await WriteAsync(
            instance with
            {
                DomainAliases = aliases,
                Locale = patch.Locale ?? instance.Locale,
                ContextName = patch.ContextName ?? instance.ContextName,
                Uuid = patch.Uuid ?? instance.Uuid,
                OidcId = patch.OidcId ?? instance.OidcId,
                DiskQuota = Math.Max(0, patch.DiskQuota ?? instance.DiskQuota),
                Blocked = patch.Blocked ?? instance.Blocked,
                BlockingReason = patch.BlockingReason ?? instance.BlockingReason,
                OnboardingFinished = patch.OnboardingFinished ?? instance.OnboardingFinished,
                AuthMode = patch.AuthMode ?? instance.AuthMode,
                FeatureSets = patch.FeatureSets ?? instance.FeatureSets,
            },
            await _document.GetAsync());
        if (changed.DiskQuota != instance.DiskQuota)
            await GrainFactory.GetGrain<IFileTreeGrain>(Id).QuotaChangedAsync();
        await ReleaseAsync(instance.DomainAliases.Except(aliases));
        return changed;
    }

    public async Task<Instance> PatchFlagsAsync(ReadOnlyMemory<byte> patch)
    {
        var instance = await RequireAsync();
        var flags = FlagPatch.Apply(instance.FeatureFlags, patch, hasRatios: false);
        return await WriteAsync(instance with { FeatureFlags = flags }, await _document.GetAsync());
    }

    public async Task<Instance> ReplacePassphraseAsync(PassphraseReplacement replacement)
    {
        var instance = await RequireAsync();
        if (!replacement.ResetToken.IsEmpty && !replacement.ResetToken.Span.SequenceEqual(instance.PassphraseResetToken.Span))
            throw new CozyException(ErrorKind.Forbidden, "invalid_token", "The link was used already.");

        // First the way to derive it: a crash in between leaves the old hash, or none, and the owner repeats the step.
        await _settings.WriteDerivationAsync(replacement.KdfIterations, replacement.Hint, replacement.Keys);
        return await WriteAsync(
            instance with
            {
                PassphraseHash = replacement.Hash,
                OnboardingFinished = true,
                RegisterToken = ReadOnlyMemory<byte>.Empty,
                PassphraseResetToken = ReadOnlyMemory<byte>.Empty,
                PassphraseResetTime = null,
                SessionSecret = instance.PassphraseHash is null
                    ? instance.SessionSecret
                    : RandomNumberGenerator.GetBytes(instance.SessionSecret.Length),
            },
            await _document.GetAsync());
    }

    public async Task SetResetTokenAsync(ReadOnlyMemory<byte> tokenHash, DateTimeOffset until)
    {
        var instance = await RequireAsync();
        await WriteAsync(
            instance with { PassphraseResetToken = tokenHash, PassphraseResetTime = until }, await _document.GetAsync());
    }

    private async Task<Instance> RequireAsync() =>
        await _instance.GetAsync() ?? throw CozyException.NotFound("The instance does not exist.");

    /// <summary>Reserves names; gives back those of this call when one is taken.</summary>
    private async Task ClaimAsync(IReadOnlyList<string> domains)
    {
        var claimed = new List<string>();
        try
        {
            foreach (var domain in domains)
            {
                await GrainFactory.GetGrain<IDomainGrain>(domain).ClaimAsync(Id);
                claimed.Add(domain);
            }
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.Conflict)
        {
            await ReleaseAsync(claimed);
            throw;
        }
    }

    private async Task ReleaseAsync(IEnumerable<string> domains)
    {
        foreach (var domain in domains)
            await GrainFactory.GetGrain<IDomainGrain>(domain).ReleaseAsync(Id);
    }

    private async Task<Instance> WriteAsync(Instance instance, StoredDocument? replaced, bool deleting = false)
    {
        var members = InstanceDocument.Write(instance, replaced?.Members ?? ReadOnlyMemory<byte>.Empty, deleting);
        await EditAsync(new DocumentEdit(Id, replaced?.Revision, Deleted: false, members));
        return deleting ? instance : await RequireAsync();
    }

    private async Task EditAsync(DocumentEdit edit)
    {
        try
        {
            var result = (await _documents.EditAsync(InstanceDocument.Database, [edit]))[0];
            if (result.Failure is not null)
                throw result.Failure;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
        finally
        {
            _document.Reset();
            _instance.Reset();
        }
    }

    private async Task<StoredDocument?> LoadDocumentAsync()
    {
        try
        {
            return await _documents.GetAsync(InstanceDocument.Database, Id, ReadOptions.Winner);
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return null;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    private async Task<Instance?> LoadInstanceAsync() =>
        await _document.GetAsync() is { Deleted: false } document && !InstanceDocument.IsDeleting(document)
            ? InstanceDocument.Read(document, await _settings.ReadAsync())
            : null;
}
