using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.OAuth;
using Cozy.Grains.Permissions;
using Cozy.Grains.Triggers;
using Cozy.Web.Auth.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Admin;

/// <summary><c>POST /instances/token</c>: tokens of every kind, for the operator's scripts and for tests.</summary>
internal sealed class TokenEndpoint(IGrainFactory grains, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/instances/token", IssueAsync);

    private async Task IssueAsync(HttpContext context)
    {
        var parameters = await AdminParameters.ReadAsync(context.Request);
        var instance = await grains.RequireInstanceAsync(parameters["Domain"] ?? "");
        context.Response.ContentType = "text/plain; charset=UTF-8";
        if (AudienceOf(parameters["Audience"]) is not { } audience)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync($"Unknown audience {parameters["Audience"]}", context.RequestAborted);
            return;
        }

        var token = await IssueAsync(instance, audience, parameters);
        await context.Response.WriteAsync(token, context.RequestAborted);
    }

    private static TokenAudience? AudienceOf(string? name) => name switch
    {
        "app" => TokenAudience.App,
        "konn" or "konnector" => TokenAudience.Connector,
        "access" or "access-token" => TokenAudience.Access,
        "refresh" or "refresh-token" => TokenAudience.Refresh,
        "cli" => TokenAudience.CommandLine,
        _ => null,
    };

    private async Task<string> IssueAsync(Instance instance, TokenAudience audience, AdminParameters parameters)
    {
        var issuer = new TokenIssuer(ReadExpire(parameters) is { } lifetime ? new IssuedAt(time, audience, lifetime) : time);
        var subject = parameters["Subject"];
        if (audience is TokenAudience.App or TokenAudience.Connector)
            return issuer.Issue(instance, audience, subject ?? throw Missing("Subject"), scope: null);

        var scope = parameters["Scope"] ?? "";
        // A scope that means nothing would make a token that is refused everywhere.
        if (LinkedAppScope.AppOf(scope) is null)
            PermissionSet.ParseScope(scope);
        if (audience == TokenAudience.CommandLine)
            return issuer.Issue(instance, audience, null, scope);

        var standing = await AcceptAsync(instance, subject ?? throw Missing("Subject"));
        return issuer.Issue(instance, audience, subject, scope, generation: standing.TokenGeneration);
    }

    /// <summary>The operator speaks for the owner: the client no longer waits.</summary>
    private async Task<OAuthClientStanding> AcceptAsync(Instance instance, string id)
    {
        var clients = grains.GetGrain<IOAuthGrain>(instance.Id);
        if (await clients.FindAsync(id) is not { } client)
            throw CozyException.NotFound("missing");
        if (client.IsPending)
            await clients.AcceptAsync(id, operatingSystem: null);
        return OAuthClientStanding.Of(client);
    }

    private static CozyException Missing(string name) => CozyException.Invalid(name, "This parameter is mandatory.");

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
    private sealed class IssuedAt(TimeProvider time, TokenAudience audience, TimeSpan lifetime) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => TokenRules.LifetimeOf(audience, hasSession: false) is { } usual
            ? time.GetUtcNow() + lifetime - usual
            : throw CozyException.Invalid("Expire", "A token of this kind does not expire.");
    }
}
