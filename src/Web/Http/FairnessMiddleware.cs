using System.Threading.RateLimiting;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Http;

/// <summary>Bounds how many requests of one instance run at a time, so that none of them starves the others.</summary>
internal sealed class FairnessMiddleware(RequestDelegate next, IOptions<WebOptions> options) : IAsyncDisposable
{
    private const int RetrySeconds = 1;

    private readonly PartitionedRateLimiter<HttpContext> _limiter =
        PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetConcurrencyLimiter(
            context.Instance().Id,
            _ => new ConcurrencyLimiterOptions
            {
                PermitLimit = options.Value.MaxConcurrentRequests,
                QueueLimit = options.Value.MaxWaitingRequests,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }));

    /// <summary>Runs for each request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<InstanceFeature>() is null || context.GetEndpoint()?.Metadata.GetMetadata<LongLived>() is not null)
        {
            await next(context);
            return;
        }

        var lease = _limiter.AttemptAcquire(context);
        if (!lease.IsAcquired)
        {
            lease.Dispose();
            lease = await _limiter.AcquireAsync(context, 1, context.RequestAborted);
        }

        using (lease)
        {
            if (!lease.IsAcquired)
            {
                throw new ApiException(
                    ApiError.Api(429, "Too many requests at the same time.") with { RetryAfter = RetrySeconds });
            }

            // A request that waits for long may give its place back early.
            context.Features.Set(lease);
            await next(context);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _limiter.DisposeAsync();
}

/// <summary>Marks a route whose requests last for long and are counted in another way.</summary>
internal sealed class LongLived
{
    /// <summary>The mark.</summary>
    public static readonly LongLived Mark = new();
}
