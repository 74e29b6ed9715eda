using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Programs;

/// <summary>What a program of an app asks is for its own instance, whatever host or proxy it names.</summary>
internal sealed class ProgramMiddleware(RequestDelegate next, IOptions<WebOptions> options)
{
    private readonly string _scheme = options.Value.Https ? "https" : "http";

    /// <summary>Runs for each request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<ProgramConnection>() is { } program)
        {
            context.Request.Host = new HostString(program.Domain);
            context.Request.Scheme = _scheme;
            context.Connection.RemoteIpAddress = IPAddress.Loopback;
        }

        return next(context);
    }
}
