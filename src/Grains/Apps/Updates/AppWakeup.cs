using Cozy.Grains.Apps.Sources;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Apps.Updates;

/// <summary>
/// Reads the shipped apps when a silo starts, and has somebody look, from time to time, whether it is time to update apps:
/// the silo that did so may have died.
/// </summary>
internal sealed partial class AppWakeup(
    IGrainFactory grains, BundledApps bundled, IOptions<AppsOptions> options, TimeProvider time, ILogger<AppWakeup> log)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    // Not at once: a server that starts has other things to do.
    private TimeSpan Interval => options.Value.UpdateInterval < Longest ? options.Value.UpdateInterval : Longest;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(AppWakeup), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    private Task StartAsync(CancellationToken cancellationToken)
    {
        _running = RunAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running;
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(CancellationToken stopping)
    {
        // The start of the silo does not wait for this.
        await Task.Yield();
        await bundled.ListAsync();
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
                await WakeAsync();
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task WakeAsync()
    {
        try
        {
            await grains.GetGrain<IAppUpdatesGrain>(0).WakeAsync();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(log, failure);
        }
    }

    [LoggerMessage(1123, LogLevel.Warning, "Updates of apps could not be begun; that is tried again")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
