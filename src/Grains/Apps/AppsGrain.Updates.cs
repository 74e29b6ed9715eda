using Cozy.Grains.Apps.Sources;
using Cozy.Grains.Errors;
using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Apps;

/// <summary>The apps of a new instance, and updates that nobody asks for.</summary>
internal sealed partial class AppsGrain
{
    private static readonly AppKind[] Kinds = [AppKind.WebApp, AppKind.Connector];
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(8);

    // An update that fails is not fetched again each time that somebody opens the app.
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UpdateInterval = TimeSpan.FromHours(1);

    private readonly Dictionary<(AppKind Kind, string Slug), DateTimeOffset> _nextChecks = [];

    public async Task PlanAsync(IReadOnlyList<PlannedApp> apps)
    {
        var now = _time.GetUtcNow();
        foreach (var app in apps)
        {
            if (await _documents.FindAsync(app.Kind, app.Slug) is not null)
                continue;
            var facts = new AppFacts
            {
                Slug = app.Slug,
                Source = app.Source,
                State = AppStates.Installing,
                CreatedAt = now,
                UpdatedAt = now,
            };
            await _documents.WriteAsync(app.Kind, app.Slug, null, AppDocument.WritePlanned(facts));
        }
    }

    public async Task<InstalledApp?> SettleAsync(AppKind kind, string slug)
    {
        await _operations.SettleAsync(kind, slug, SettleTime);
        return await _documents.FindAsync(kind, slug);
    }

    public async Task OpenedAsync(AppKind kind, string slug)
    {
        var now = _time.GetUtcNow();
        if (_nextChecks.TryGetValue((kind, slug), out var next) && next > now)
            return;
        _nextChecks[(kind, slug)] = now + CheckInterval;
        try
        {
            if (await _documents.FindAsync(kind, slug) is { } app)
                await UpdateIfOutdatedAsync(app, (await InstanceAsync())?.ContextName);
        }
        catch (CozyException failure)
        {
            LogNotChecked(slug, InstanceId, failure.Message);
        }
    }

    public async Task<IReadOnlyList<string>> SweepAsync()
    {
        var context = (await InstanceAsync())?.ContextName;
        var used = new List<string>();
        foreach (var kind in Kinds)
        {
            foreach (var app in await _documents.ListAsync(kind, null, null))
            {
                if (app.PackageId is { } package)
                    used.Add(package);
                try
                {
                    await UpdateIfOutdatedAsync(app, context);
                }
                catch (CozyException failure)
                {
                    LogNotChecked(app.Slug, InstanceId, failure.Message);
                }
            }
        }

        return used;
    }

    private async Task UpdateIfOutdatedAsync(InstalledApp app, string? context)
    {
        if (_operations.IsBusy(app.Kind, app.Slug))
            return;

        // One that came with the program can only have failed for want of a store: that may be over.
        if (app is { State: AppStates.Errored, PackageId: null } && app.Source.StartsWith(BundledApps.Scheme + ":", StringComparison.Ordinal))
        {
            if (!_operations.IsKnown(Resumption(app).Id))
                Begin(Resumption(app), app);
            return;
        }

        if (app.State is not (AppStates.Ready or AppStates.Installed) || !await _sources.HasUpdateAsync(app, context)
            || _operations.IsBusy(app.Kind, app.Slug))
        {
            return;
        }

        _nextChecks[(app.Kind, app.Slug)] = _time.GetUtcNow() + UpdateInterval;
        Begin(
            new AppOperation
            {
                Id = $"update-{app.Kind}-{app.Slug}-{app.Revision}-{Guid.NewGuid():N}",
                Kind = app.Kind,
                Slug = app.Slug,
                IsUpdate = true,
                Deactivated = app.State == AppStates.Installed,
            },
            app);
    }

    [LoggerMessage(1105, LogLevel.Information, "Whether {Slug} of {InstanceId} has an update is not known: {Reason}")]
    private partial void LogNotChecked(string slug, string instanceId, string reason);
}
