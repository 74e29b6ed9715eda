namespace Cozy.Grains.Files;

/// <summary>One at a time for each key. Only for use on one grain's turns.</summary>
internal sealed class KeyedTurnLock
{
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Enters for a key.</summary>
    public async ValueTask<Holder> EnterAsync(string key)
    {
        if (_waiting.TryGetValue(key, out var queue))
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            queue.Enqueue(turn);
            await turn.Task;
        }
        else
        {
            _waiting[key] = new Queue<TaskCompletionSource>();
        }

        return new Holder(this, key);
    }

    private void Leave(string key)
    {
        if (_waiting[key].TryDequeue(out var next))
            next.SetResult();
        else
            _waiting.Remove(key);
    }

    /// <summary>Leaves when it is disposed.</summary>
    public readonly struct Holder(KeyedTurnLock owner, string key) : IDisposable
    {
        public void Dispose() => owner.Leave(key);
    }
}
