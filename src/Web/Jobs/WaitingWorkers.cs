using System.Collections.Concurrent;
using Cozy.Web.Errors;

namespace Cozy.Web.Jobs;

/// <summary>Counts the external workers that wait at this front end, so that they do not take all it has.</summary>
internal sealed class WaitingWorkers
{
    private const int RetrySeconds = 5;
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Takes a place, until it is disposed.</summary>
    /// <param name="whose">The instance; empty for the farm.</param>
    /// <param name="most">How many places it has.</param>
    /// <exception cref="ApiException">429.</exception>
    public IDisposable Enter(string whose, int most)
    {
        var place = new Place(this, whose);
        if (_counts.AddOrUpdate(whose, 1, static (_, count) => count + 1) <= most)
            return place;
        place.Dispose();
        throw new ApiException(ApiError.Api(429, "Too many workers are waiting.") with { RetryAfter = RetrySeconds });
    }

    private void Leave(string whose)
    {
        if (_counts.AddOrUpdate(whose, 0, static (_, count) => count - 1) == 0)
            _counts.TryRemove(new KeyValuePair<string, int>(whose, 0));
    }

    private sealed class Place(WaitingWorkers workers, string whose) : IDisposable
    {
        public void Dispose() => workers.Leave(whose);
    }
}
