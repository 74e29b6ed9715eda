namespace Cozy.Storage;

/// <summary>
/// Tells work that costs less for many at once whether to wait for more: where several came the last time, others are on their way,
/// and are let pass once. Not for use by two threads at once.
/// </summary>
internal sealed class Gathering
{
    private bool _areMany;
    private bool _hasLetPass;

    /// <summary>Whether to go to the end of the line before beginning.</summary>
    public bool LetsOthersPass()
    {
        if (!_areMany || _hasLetPass)
            return false;
        _hasLetPass = true;
        return true;
    }

    /// <summary>The work is done, for so many.</summary>
    public void Done(int count)
    {
        _areMany = count > 1;
        _hasLetPass = false;
    }
}
