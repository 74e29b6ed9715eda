using System.Collections.Concurrent;
using Cozy.Web.Errors;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Data.Feeds;

/// <summary>
/// Counts the feeds that wait for changes. They last for minutes, so they give up their place among an instance's
/// requests and have places of their own.
/// </summary>
internal sealed class FeedSlots(IOptions<WebOptions> options)
{
    private const int RetrySeconds = 10;

    private readonly ConcurrentDictionary<string, int> _taken = new();

    /// <summary>Takes a place until it is disposed.</summary>
    /// <exception cref="ApiException">429: the instance has as many waiting feeds as it may.</exception>
    public IDisposable Take(string instanceId)
    {
        if (_taken.AddOrUpdate(instanceId, 1, static (_, count) => count + 1) <= options.Value.MaxFeeds)
            return new Slot(this, instanceId);

        Return(instanceId);
        throw new ApiException(
            ApiError.Api(429, "Too many feeds wait for changes at the same time.") with { RetryAfter = RetrySeconds });
    }

    private void Return(string instanceId)
    {
        if (_taken.AddOrUpdate(instanceId, 0, static (_, count) => count - 1) <= 0)
            _taken.TryRemove(new KeyValuePair<string, int>(instanceId, 0));
    }

    private sealed class Slot(FeedSlots slots, string instanceId) : IDisposable
    {
        private FeedSlots? _slots = slots;

        public void Dispose() => Interlocked.Exchange(ref _slots, null)?.Return(instanceId);
    }
}
