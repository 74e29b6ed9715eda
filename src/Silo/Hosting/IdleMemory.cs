namespace Cozy.Silo.Hosting;

/// <summary>
/// Gives memory back to the system when the server has nothing to do. Without allocations no collection would ever
/// start, and what a start, a password hash or a burst took would stay taken.
/// </summary>
internal sealed class IdleMemory(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    /// <summary>Fewer bytes than this allocated in a period: the server rests.</summary>
    private const long QuietBytes = 4 << 20;

    /// <summary>Fewer bytes than this allocated since the last time: not worth a collection.</summary>
    private const long WorthwhileBytes = 16 << 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        long before = 0, collected = 0;
        while (await WaitAsync(timer, stoppingToken))
        {
            var allocated = GC.GetTotalAllocatedBytes();
            if (allocated - before < QuietBytes && allocated - collected > WorthwhileBytes)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                collected = allocated;
            }

            before = allocated;
        }
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
