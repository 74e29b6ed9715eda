using Cozy.Grains.Errors;
using Cozy.Grains.Permissions;
using Cozy.Web.Auth.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Admin;

/// <summary><c>POST /instances/token</c>: a token for the operator's scripts.</summary>
internal sealed class TokenEndpoint(IGrainFactory grains, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/instances/token", IssueAsync);

    private async Task IssueAsync(HttpContext context)
    {
        var parameters = await AdminParameters.ReadAsync(context.Request);
        var instance = await grains.RequireInstanceAsync(parameters["Domain"] ?? "");
        context.Response.ContentType = "text/plain; charset=UTF-8";
        if (parameters["Audience"] is not "cli")
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync($"Unknown audience {parameters["Audience"]}", context.RequestAborted);
            return;
        }

        var scope = parameters["Scope"] ?? "";
        // A scope that means nothing would make a token that is refused everywhere.
        PermissionSet.ParseScope(scope);
        var issuer = new TokenIssuer(ReadExpire(parameters) is { } lifetime ? new IssuedAt(time, lifetime) : time);
        var token = issuer.Issue(instance, TokenAudience.CommandLine, null, scope);
        await context.Response.WriteAsync(token, context.RequestAborted);
    }

    private static TimeSpan? ReadExpire(AdminParameters parameters) => parameters["Expire"] switch
    {
        null => null,
        var text when GoDuration.TryParse(text, out var duration) => duration,
        _ => throw CozyException.Invalid("Expire", "Not a duration such as 45s, 2h or 1h30m."),
    };

    /// <summary>
    /// Tokens do not say when they expire: it follows from when they were made. One that is to live longer or shorter
    /// than usual is dated accordingly, as cozy-stack does.
    /// </summary>
    private sealed class IssuedAt(TimeProvider time, TimeSpan lifetime) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() =>
            time.GetUtcNow() + lifetime - TokenRules.LifetimeOf(TokenAudience.CommandLine, hasSession: false)!.Value;
    }
}
