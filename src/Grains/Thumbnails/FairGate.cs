namespace Cozy.Grains.Thumbnails;

/// <summary>
/// Lets so many through at a time. Those who wait are let in one tenant after the other, so that a tenant with a long
/// queue delays the others by one turn.
/// </summary>
internal sealed class FairGate(int places)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedList<Waiter>> _waiting = new(StringComparer.Ordinal);
    private readonly Queue<string> _rotation = new();
    private int _free = places;

    /// <summary>Waits for a turn. Whoever got one must <see cref="Leave"/>.</summary>
    /// <param name="tenant">Who asks.</param>
    /// <param name="isUrgent">Ahead of what else the tenant waits for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task EnterAsync(string tenant, bool isUrgent, CancellationToken cancellationToken)
    {
        var waiter = new Waiter();
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }

            if (!_waiting.TryGetValue(tenant, out var queue))
            {
                _waiting[tenant] = queue = new LinkedList<Waiter>();
                _rotation.Enqueue(tenant);
            }

            if (isUrgent)
                queue.AddFirst(waiter);
            else
                queue.AddLast(waiter);
        }

        await using var registration = cancellationToken.UnsafeRegister(
            static (waiter, token) => ((Waiter)waiter!).TrySetCanceled(token), waiter);
        await waiter.Task;
    }

    /// <summary>Ends a turn; the next tenant has its own.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            while (_rotation.TryDequeue(out var tenant))
            {
                var queue = _waiting[tenant];
                var next = queue.First!.Value;
                queue.RemoveFirst();
                if (queue.Count > 0)
                    _rotation.Enqueue(tenant);
                else
                    _waiting.Remove(tenant);
                // One that gave up meanwhile has no turn.
                if (next.TrySetResult())
                    return;
            }

            _free++;
        }
    }

    private sealed class Waiter() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
}
