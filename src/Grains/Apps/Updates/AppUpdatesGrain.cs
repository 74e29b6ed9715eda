using Cozy.Grains.Apps.Packages;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Apps.Updates;

/// <summary>
/// One look after another; <c>global/app-updates</c> says when the last one ended. One that a crash ends begins anew: what it
/// did stays done.
/// </summary>
[GrainType("app-updates")]
internal sealed partial class AppUpdatesGrain(
    IDocumentStore store, PackageSweeper packages, IOptions<AppsOptions> options, TimeProvider time, ILogger<AppUpdatesGrain> logger)
    : Grain, IAppUpdatesGrain, IDisposable
{
    private const string DocumentId = "sweep";
    private const int PageSize = 200;
    private const int AtATime = 4;

    private static readonly DatabaseName Database = new(DatabaseName.Global, "app-updates");

    private readonly CancellationTokenSource _stop = new();
    private Task<SweepReport>? _running;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _stop.CancelAsync();

    public void Dispose() => _stop.Dispose();

    public async Task WakeAsync()
    {
        if (_running is { IsCompleted: false })
            return;
        var last = await ReadAsync();
        if (last is null || last.EndedAt + options.Value.UpdateInterval <= time.GetUtcNow())
            _ = RunAsync();
    }

    public Task<SweepReport> RunAsync() => _running is { IsCompleted: false } ? _running : _running = SweepAsync();

    private async Task<SweepReport> SweepAsync()
    {
        try
        {
            var began = time.GetUtcNow();
            var used = new HashSet<string>(StringComparer.Ordinal);
            var (instances, unreachable) = await VisitAsync(used);
            var removed = unreachable == 0 ? await packages.SweepAsync(used, began, _stop.Token) : 0;
            await WriteAsync();
            LogSwept(instances, unreachable, removed);
            return new SweepReport(instances, unreachable, removed);
        }
        catch (DocumentStoreException failure)
        {
            LogFailed(failure);
            throw failure.ToCozyException();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(failure);
            throw;
        }
    }

    private async Task<(int Instances, int Unreachable)> VisitAsync(HashSet<string> used)
    {
        var (instances, unreachable) = (0, 0);
        string? after = null;
        while (true)
        {
            _stop.Token.ThrowIfCancellationRequested();
            DelayDeactivation(TimeSpan.FromMinutes(30));
            var page = await GrainFactory.GetGrain<IInstanceDirectoryGrain>(0).ListAsync(PageSize, after);
            foreach (var group in page.Instances.Chunk(AtATime))
            {
                foreach (var found in await Task.WhenAll(group.Select(VisitAsync)))
                {
                    instances++;
                    unreachable += found is null ? 1 : 0;
                    used.UnionWith(found ?? []);
                }
            }

            if (!page.HasMore)
                return (instances, unreachable);
            after = page.Instances[^1].Id;
        }
    }

    /// <summary>The packages an instance uses; null when that is not known.</summary>
    private async Task<IReadOnlyList<string>?> VisitAsync(Instance instance)
    {
        try
        {
            return await GrainFactory.GetGrain<IAppsGrain>(instance.Id).SweepAsync();
        }
        catch (Exception failure) when (failure is CozyException or TimeoutException or OrleansException)
        {
            LogNotVisited(failure, instance.Id);
            return null;
        }
    }

    private async Task<Ended?> ReadAsync()
    {
        try
        {
            if (await store.GetAsync(Database, DocumentId, ReadOptions.Winner) is not { Deleted: false } document)
                return null;
            using var json = Json.Parse(document.Members);
            return new Ended(document.Revision, json.RootElement.Time("ended_at") ?? DateTimeOffset.MinValue);
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

    private async Task WriteAsync()
    {
        var members = Json.Members(json => json.WriteTime("ended_at", time.GetUtcNow()));

        // Somebody else who ended at the same moment is as good.
        await store.EditAsync(Database, [new DocumentEdit(DocumentId, (await ReadAsync())?.Revision, false, members)], _stop.Token);
    }

    [LoggerMessage(1120, LogLevel.Information, "Looked at the apps of {Instances} instances ({Unreachable} could not be reached), removed {Removed} packages")]
    private partial void LogSwept(int instances, int unreachable, int removed);

    [LoggerMessage(1121, LogLevel.Warning, "The apps of {InstanceId} could not be looked at")]
    private partial void LogNotVisited(Exception failure, string instanceId);

    [LoggerMessage(1122, LogLevel.Warning, "Looking through the apps of all instances failed; it is tried again")]
    private partial void LogFailed(Exception failure);

    private sealed record Ended(Revision Revision, DateTimeOffset EndedAt);
}
