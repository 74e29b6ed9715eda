using System.Diagnostics;

namespace Cozy.Storage.Documents.Mango.Selectors;

/// <summary>What the evaluation of one query may still spend. For one thread at a time.</summary>
internal sealed class MatchContext(MangoLimits limits)
{
    /// <summary>How many conditions are evaluated between two looks at the clock.</summary>
    private const int StepsBetweenLooks = 4096;

    private readonly long _started = Stopwatch.GetTimestamp();
    private long _regexTicks = limits.MaxRegexTime.Ticks;
    private int _steps;

    /// <summary>How long the query runs.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Counts the evaluation of a condition.</summary>
    /// <exception cref="DocumentStoreException">The query has used its time.</exception>
    public void Step()
    {
        if (++_steps % StepsBetweenLooks == 0 && Elapsed > limits.MaxQueryTime)
        {
            throw new DocumentStoreException(
                StoreError.TooExpensive, "query_too_expensive", "The query takes too long. An index on its fields would help.");
        }
    }

    /// <summary>Runs a match that may backtrack, and counts its time.</summary>
    /// <exception cref="DocumentStoreException">The query has used the time it has for such matches.</exception>
    public bool Spend<T>(T state, Func<T, bool> match)
    {
        var started = Stopwatch.GetTimestamp();
        var matches = match(state);
        _regexTicks -= Stopwatch.GetElapsedTime(started).Ticks;
        return _regexTicks >= 0 ? matches : throw SlowExpression();
    }

    public static DocumentStoreException SlowExpression() => new(
        StoreError.TooExpensive, "query_too_expensive", "The regular expressions of the selector take too long on these documents.");
}
