using Cozy.Grains.Auth;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Http;

/// <summary>
/// Bounds what one address may try at the public entries of this front end, whichever instances it asks.
/// </summary>
internal sealed class EntryLimits(IOptions<WebOptions> options, TimeProvider time)
{
    private const int MostAddresses = 20_000;

    private readonly AttemptBuckets _entries =
        new(time, options.Value.EntryAttempts, options.Value.EntryInterval, MostAddresses);

    /// <summary>Counts a request at an entry.</summary>
    /// <exception cref="ApiException">429.</exception>
    public void CountEntry(HttpContext context)
    {
        if (!_entries.TryTake(AddressOf(context)))
            throw TooMany(options.Value.EntryInterval);
    }

    /// <summary>Fails when too many leases of jobs that are not, or no longer, somebody's came from this address.</summary>
    /// <exception cref="ApiException">429.</exception>
    public void RequireLeaseTriesLeft(HttpContext context)
    {
        if (!_entries.Allows(LeaseKey(context)))
            throw TooMany(options.Value.EntryInterval);
    }

    /// <summary>Counts a lease that is nobody's.</summary>
    public void CountWrongLease(HttpContext context) => _entries.TryTake(LeaseKey(context));

    /// <summary>What every limit says.</summary>
    /// <param name="wait">After how long one more is allowed.</param>
    public static ApiException TooMany(TimeSpan wait) => new(
        ApiError.Api(429, "Too many attempts. Try again later.") with { RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) });

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
