using System.Collections.Concurrent;
using Cozy.Grains.Auth;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Http;

/// <summary>
/// Slows down who guesses the codes of links, or the addresses of webhooks, on this front end. An address that guesses waits
/// before its guesses are looked at. Guesses from many addresses cannot be told from friends, so they are looked at, and what is
/// right is never held up; what is wrong shares an allowance of the instance, and beyond it is refused, most of it after a delay.
/// </summary>
internal sealed class GuessLimits(IOptions<WebOptions> options, TimeProvider time)
{
    private const int MostKeys = 20_000;

    private readonly AttemptBuckets _ofAddresses = new(time, options.Value.LinkGuesses, options.Value.LinkGuessInterval, MostKeys);

    private readonly AttemptBuckets _ofInstances =
        new(time, options.Value.LinkGuessesOfAll, options.Value.LinkGuessOfAllInterval, MostKeys);

    private readonly ConcurrentDictionary<string, int> _delayed = new(StringComparer.Ordinal);

    /// <summary>Fails when too many codes that nobody made came from this address.</summary>
    /// <exception cref="ApiException">429.</exception>
    public void RequireLeft(HttpContext context)
    {
        if (!_ofAddresses.Allows(KeyOf(context)))
            throw EntryLimits.TooMany(options.Value.LinkGuessInterval);
    }

    /// <summary>Counts a code that nobody made, or that is good no longer.</summary>
    /// <exception cref="ApiException">429: too many came, from all addresses together.</exception>
    public async Task CountAsync(HttpContext context)
    {
        _ofAddresses.TryTake(KeyOf(context));
        var instance = context.Instance().Id;
        if (_ofInstances.TryTake(instance))
            return;
        await DelayAsync(instance, context.RequestAborted);
        throw EntryLimits.TooMany(options.Value.LinkGuessOfAllInterval);
    }

    // A request that waits takes a place of those that the instance may have at a time, so only a few do.
    private async Task DelayAsync(string instance, CancellationToken cancellationToken)
    {
        var waiting = _delayed.AddOrUpdate(instance, 1, static (_, count) => count + 1);
        try
        {
            if (waiting <= options.Value.MaxDelayedGuesses)
                await Task.Delay(options.Value.LinkGuessDelay, time, cancellationToken);
        }
        finally
        {
            if (_delayed.AddOrUpdate(instance, 0, static (_, count) => count - 1) == 0)
                _delayed.TryRemove(KeyValuePair.Create(instance, 0));
        }
    }

    private static string KeyOf(HttpContext context) =>
        $"{context.Instance().Id} {AddressGroup.Of(ClientAddress.Of(context))}";
}
