using Cozy.Grains.Auth;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Http;

/// <summary>
/// Bounds what one address may try at the public entries of this front end, whichever instances it asks. Guesses at
/// codes of links are counted by instance and address, so that they cost nobody else anything.
/// </summary>
internal sealed class EntryLimits(IOptions<WebOptions> options, TimeProvider time)
{
    private const int MostAddresses = 20_000;

    private readonly AttemptBuckets _entries =
        new(time, options.Value.EntryAttempts, options.Value.EntryInterval, MostAddresses);

    private readonly AttemptBuckets _guesses =
        new(time, options.Value.LinkGuesses, options.Value.LinkGuessInterval, MostAddresses);

    private readonly int _retrySeconds = (int)Math.Ceiling(options.Value.EntryInterval.TotalSeconds);

    /// <summary>Counts a request at an entry.</summary>
    /// <exception cref="ApiException">429.</exception>
    public void CountEntry(HttpContext context)
    {
        if (!_entries.TryTake(AddressOf(context)))
            throw TooMany(_retrySeconds);
    }

    /// <summary>Fails when too many codes that nobody made came from this address.</summary>
    /// <exception cref="ApiException">429.</exception>
    public void RequireGuessesLeft(HttpContext context)
    {
        if (!_guesses.Allows(GuessKey(context)))
            throw TooMany((int)Math.Ceiling(options.Value.LinkGuessInterval.TotalSeconds));
    }

    /// <summary>Counts a code that nobody made.</summary>
    public void CountGuess(HttpContext context) => _guesses.TryTake(GuessKey(context));

    /// <summary>Fails when too many leases of jobs that are not, or no longer, somebody's came from this address.</summary>
    /// <exception cref="ApiException">429.</exception>
    public void RequireLeaseTriesLeft(HttpContext context)
    {
        if (!_entries.Allows(LeaseKey(context)))
            throw TooMany(_retrySeconds);
    }

    /// <summary>Counts a lease that is nobody's.</summary>
    public void CountWrongLease(HttpContext context) => _entries.TryTake(LeaseKey(context));

    private static ApiException TooMany(int seconds) =>
        new(ApiError.Api(429, "Too many attempts. Try again later.") with { RetryAfter = Math.Max(1, seconds) });

    private static string GuessKey(HttpContext context) => $"{context.Instance().Id} {AddressOf(context)}";

    // Apart from the address's other entries: workers that lost their leases must not keep an owner beside them from logging in.
    private static string LeaseKey(HttpContext context) => $"lease {AddressOf(context)}";

    private static string AddressOf(HttpContext context) => AddressGroup.Of(ClientAddress.Of(context));
}

/// <summary>How routes say that they are an entry to be limited.</summary>
internal static class EntryLimitsExtensions
{
    /// <summary>Counts each request that is not a GET against what its address may try.</summary>
    public static T LimitsEntries<T>(this T route)
        where T : IEndpointConventionBuilder => route.AddEndpointFilter(static (invocation, next) =>
        {
            var context = invocation.HttpContext;
            if (!HttpMethods.IsGet(context.Request.Method))
                ((EntryLimits)context.RequestServices.GetService(typeof(EntryLimits))!).CountEntry(context);
            return next(invocation);
        });
}
