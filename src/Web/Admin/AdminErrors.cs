using Cozy.Web.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cozy.Web.Admin;

/// <summary>Answers failures of the admin API with JSON:API errors.</summary>
internal sealed partial class AdminErrors(RequestDelegate next, ILogger<AdminErrors> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer any more.
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            if (ErrorMapping.IsDefect(failure))
                LogDefect(log, failure, context.Request.Method, context.Request.Path);

            var error = ErrorMapping.Describe(failure);
            context.Response.StatusCode = error.Status;
            await ErrorWriter.WriteJsonApiAsync(context.Response, error);
        }
    }

    [LoggerMessage(6001, LogLevel.Error, "Admin request {Method} {Path} failed")]
    private static partial void LogDefect(ILogger log, Exception failure, string method, PathString path);
}
