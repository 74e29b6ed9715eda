namespace Cozy.Grains.Files;

/// <summary>
/// Many at once, or one alone, in the order in which they came. Only for use on one grain's turns: what it guards are
/// changes that go on across turns while their writes are under way.
/// </summary>
internal sealed class TurnLock
{
    private readonly Queue<(bool Alone, TaskCompletionSource Turn)> _waiting = [];
    private int _sharing;
    private bool _alone;

    /// <summary>Whether somebody is alone inside.</summary>
    public bool IsAlone => _alone;

    /// <summary>Enters beside others.</summary>
    public ValueTask<Holder> ShareAsync() => EnterAsync(alone: false);

    /// <summary>Enters alone.</summary>
    public ValueTask<Holder> AloneAsync() => EnterAsync(alone: true);

    private async ValueTask<Holder> EnterAsync(bool alone)
    {
        if (_waiting.Count > 0 || !TryEnter(alone))
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((alone, turn));
            await turn.Task;
        }

        return new Holder(this, alone);
    }

    private bool TryEnter(bool alone)
    {
        if (_alone || (alone && _sharing > 0))
            return false;
        if (alone)
            _alone = true;
        else
            _sharing++;
        return true;
    }

    private void Leave(bool alone)
    {
        if (alone)
            _alone = false;
        else
            _sharing--;
        while (_waiting.TryPeek(out var next) && TryEnter(next.Alone))
        {
            _waiting.Dequeue();
            next.Turn.SetResult();
        }
    }

    /// <summary>Leaves when it is disposed.</summary>
    public readonly struct Holder(TurnLock owner, bool alone) : IDisposable
    {
        public void Dispose() => owner.Leave(alone);
    }
}
