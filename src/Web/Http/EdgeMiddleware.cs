using Cozy.Web.Errors;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Http;

/// <summary>
/// What happens to every request at the edge: it gets an id, a line in the log, the security headers; and whatever
/// fails inside becomes an error in the API's format.
/// </summary>
internal sealed class EdgeMiddleware(
    RequestDelegate next, ILogger<EdgeMiddleware> logger, IOptions<WebOptions> options, TimeProvider time)
{
    private const string ContentSecurityPolicy =
        "default-src 'none';frame-src 'none';frame-ancestors 'none';base-uri 'none';";

    private readonly WebOptions _options = options.Value;

    /// <summary>Runs for each request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        RequestId.Assign(context);
        SecureHeaders(context.Response);
        using var scope = _options.RequestLog ? logger.BeginScope(RequestId.Scope(context)) : null;
        var start = time.GetTimestamp();
        try
        {
            await next(context);
        }
        catch (Exception failure)
        {
            await FailAsync(context, failure);
        }

        if (_options.RequestLog && logger.IsEnabled(LogLevel.Information) && !IsProbe(context.Request))
        {
            var elapsed = time.GetElapsedTime(start).TotalMilliseconds;
            RequestLog.Answered(logger, context.Request.Method, Host(context), Path(context), context.Response.StatusCode, elapsed);
        }
    }

    private void SecureHeaders(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        if (_options.Https)
            response.Headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
    }

    private async Task FailAsync(HttpContext context, Exception failure)
    {
        if (context.RequestAborted.IsCancellationRequested || failure is ConnectionResetException)
        {
            // Nobody is there to read an answer.
            context.Abort();
            return;
        }

        var error = ErrorMapping.Describe(failure);
        if (ErrorMapping.IsDefect(failure))
            RequestLog.Failed(logger, failure, context.Request.Method, Host(context), Path(context), context.TraceIdentifier);
        else if (error.Status >= 500)
            RequestLog.NotServed(logger, context.Request.Method, Host(context), Path(context), failure.Message, context.TraceIdentifier);

        if (context.Response.HasStarted)
        {
            RequestLog.CutOff(logger, context.Request.Method, Host(context), Path(context), failure.Message);
            context.Abort();
            return;
        }

        await AnswerAsync(context, error);
    }

    private static async Task AnswerAsync(HttpContext context, ApiError error)
    {
        context.Response.ContentLength = null;
        try
        {
            await ErrorWriter.WriteAsync(context, error);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    // The path and not the query, which may hold a token.
    private static string Path(HttpContext context) => context.Request.Path.Value ?? "";

    private static string Host(HttpContext context) => context.Request.Host.Value ?? "";

    private static bool IsProbe(HttpRequest request) =>
        request.Path.StartsWithSegments("/status") || request.Path.StartsWithSegments("/health")
        || request.Path.StartsWithSegments("/connection_check");
}
