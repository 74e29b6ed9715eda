using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Cozy.Grains.Alarms;

/// <summary>
/// Wakes the alarms when a silo starts, and then from time to time: the silo that had them may have died. When one died,
/// everybody is woken who may have been about to be told something by it.
/// </summary>
internal sealed partial class AlarmsWakeup(
    IGrainFactory grains, ISiloStatusOracle silos, IOptions<AlarmsOptions> options, TimeProvider time, ILogger<AlarmsWakeup> log)
    : ILifecycleParticipant<ISiloLifecycle>, ISiloStatusListener, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(AlarmsWakeup), ServiceLifecycleStage.Active, StartAsync, StopAsync);

    private Task StartAsync(CancellationToken cancellationToken)
    {
        _running = RunAsync(_stopping.Token);
        silos.SubscribeToSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead && !_stopping.IsCancellationRequested)
            _ = CallAsync(alarms => alarms.WakeAllAsync(null));
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        silos.UnSubscribeFromSiloStatusEvents(this);
        await _stopping.CancelAsync();
        await _running;
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(CancellationToken stopping)
    {
        // The start of the silo does not wait for this.
        await Task.Yield();
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        try
        {
            do
            {
                await CallAsync(alarms => alarms.WakeAsync());
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task CallAsync(Func<IAlarmsGrain, Task> call)
    {
        try
        {
            await call(grains.GetGrain<IAlarmsGrain>(0));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(log, failure);
        }
    }

    [LoggerMessage(1203, LogLevel.Warning, "The alarms could not be woken; that is tried again")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
