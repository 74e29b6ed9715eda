using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Mail;

/// <summary>
/// Wakes the queue of mails when a silo starts, and then from time to time: the silo that had it may have died with
/// mails waiting.
/// </summary>
internal sealed partial class MailWakeup(
    IGrainFactory grains, IOptions<MailOptions> options, TimeProvider time, ILogger<MailWakeup> log)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle observer)
    {
        if (options.Value.IsEnabled)
            observer.Subscribe(nameof(MailWakeup), ServiceLifecycleStage.Active, StartAsync, StopAsync);
    }

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
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await WakeAsync();
            }
            while (await timer.WaitForNextTickAsync(stopping));
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
            await grains.GetGrain<IMailQueueGrain>(0).WakeAsync();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(log, failure);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The queue of mails could not be woken; that is tried again")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
