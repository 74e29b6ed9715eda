using Cozy.Grains.Accounts;
using Cozy.Grains.Apps.Packages;
using Cozy.Grains.Apps.Sources;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Permissions;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Cozy.Grains.Apps;

/// <summary>
/// Does one thing at a time to each app. The document says what is being done before it is done, so that another
/// activation finds it and goes on.
/// </summary>
[GrainType("apps"), PreferLocalPlacement]
internal sealed partial class AppsGrain : Grain, IAppsGrain, IDisposable
{
    private static readonly TimeSpan WatchTime = TimeSpan.FromSeconds(10);

    private readonly AppSources _sources;
    private readonly PackageStore _packages;
    private readonly IAppFollower[] _followers;
    private readonly ConnectorAccounts _accounts;
    private readonly TimeProvider _time;
    private readonly ILogger<AppsGrain> _logger;
    private readonly AppDocuments _documents;
    private readonly AppPermissions _permissions;
    private readonly AppOperations _operations;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;

    public AppsGrain(
        IDocumentStore store, AppSources sources, PackageStore packages, IEnumerable<IAppFollower> followers, ConnectorAccounts accounts,
        TimeProvider time, ILogger<AppsGrain> logger)
    {
        _accounts = accounts;
        _followers = [.. followers];
        _stopped = _stop.Token;
        _sources = sources;
        _packages = packages;
        _time = time;
        _logger = logger;
        _documents = new AppDocuments(store, GrainFactory, InstanceId);
        _permissions = new AppPermissions(GrainFactory.GetGrain<IPermissionsGrain>(InstanceId), time);
        _operations = new AppOperations(time);
    }

    private string InstanceId => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Not awaited: a call must not wait for what an earlier activation left undone.
        _ = ResumeAsync();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _stop.CancelAsync();

    public void Dispose() => _stop.Dispose();

    public ValueTask<InstalledApp?> FindAsync(AppKind kind, string slug) => _documents.FindAsync(kind, slug);

    public Task<IReadOnlyList<InstalledApp>> ListAsync(AppKind kind, string? first, int limit) =>
        _documents.ListAsync(kind, first, limit + 1);

    public async Task StartAsync(AppOperation operation)
    {
        if (!AppSlug.IsValid(operation.Slug))
            throw AppErrors.BadSlug();
        if (operation.Source is { } given)
            PackageFetcher.Parse(given);
        if (_operations.IsKnown(operation.Id))
            return;

        var current = await _documents.FindAsync(operation.Kind, operation.Slug);
        var isBusy = _operations.IsBusy(operation.Kind, operation.Slug);
        if (operation.IsUpdate && current is null)
            throw AppErrors.NotInstalled();
        if (!operation.IsUpdate && current is not null && (isBusy || current.State is not (AppStates.Errored or AppStates.Installing)))
            throw AppErrors.Exists();
        if (isBusy)
            throw AppErrors.Busy();
        if (!_operations.IsKnown(operation.Id))
            Begin(operation, current);
    }

    public Task<AppProgress> WatchAsync(string operationId, int seen) => _operations.WatchAsync(operationId, seen, WatchTime);

    public async Task<InstalledApp?> UninstallAsync(AppKind kind, string slug)
    {
        if (await _documents.FindAsync(kind, slug) is not { } app)
            return null;
        if (_operations.IsBusy(kind, slug))
            return app.IsLeaving ? app : throw AppErrors.Busy();
        if (kind == AppKind.Connector && await _accounts.HasAnyAsync(InstanceId, app))
            return await LeaveAsync(app);
        await RemoveAsync(app);
        return app;
    }

    public Task ForgetAsync()
    {
        DeactivateOnIdle();

        // What is under way must not write into an instance that is being erased.
        return _stop.CancelAsync();
    }

    private ValueTask<Instance?> InstanceAsync() => GrainFactory.GetGrain<IInstanceGrain>(InstanceId).GetAsync();

    private void Begin(AppOperation operation, InstalledApp? current)
    {
        var source = PackageFetcher.Parse(operation.Source ?? current?.Source ?? $"registry://{operation.Slug}/stable");
        _operations.Begin(operation);
        _ = RunAsync(operation, source, current);
    }

    public async Task ResumeAsync()
    {
        try
        {
            // One that is being created or destroyed has nothing to go on with yet, or any longer.
            if (await InstanceAsync() is null)
                return;
            foreach (var kind in Kinds)
            {
                foreach (var app in await _documents.ListAsync(kind, null, null))
                {
                    if (app.IsLeaving && !_operations.IsBusy(kind, app.Slug))
                    {
                        BeginToLeave(app);
                        continue;
                    }

                    var resumption = Resumption(app);
                    if (app.State is AppStates.Installing or AppStates.Upgrading
                        && !_operations.IsBusy(kind, app.Slug) && !_operations.IsKnown(resumption.Id))
                    {
                        Begin(resumption, app);
                    }
                }
            }
        }
        catch (CozyException failure)
        {
            LogNotResumed(failure, InstanceId);
        }
    }

    /// <summary>The document was written after the owner had agreed.</summary>
    private static AppOperation Resumption(InstalledApp app) => new()
    {
        Id = $"resume-{app.Kind}-{app.Slug}-{app.Revision}",
        Kind = app.Kind,
        Slug = app.Slug,
        IsUpdate = app.State == AppStates.Upgrading,
        PermissionsAcked = true,
    };

    [LoggerMessage(1102, LogLevel.Warning, "Apps of {InstanceId} that were being installed could not be found")]
    private partial void LogNotResumed(Exception failure, string instanceId);

    [LoggerMessage(1103, LogLevel.Information, "{Slug} of {InstanceId} was not installed or updated: {Reason}")]
    private partial void LogFailed(string slug, string instanceId, string reason);

    [LoggerMessage(1107, LogLevel.Warning, "{Slug} of {InstanceId} was not removed, which is tried again: {Reason}")]
    private partial void LogNotRemoved(string slug, string instanceId, string reason);

    [LoggerMessage(1104, LogLevel.Error, "Installing or updating an app of {InstanceId} failed")]
    private partial void LogDefect(Exception failure, string instanceId);
}
