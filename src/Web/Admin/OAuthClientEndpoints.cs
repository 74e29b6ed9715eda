using System.Globalization;
using Cozy.Grains.Errors;
using Cozy.Grains.OAuth;
using Cozy.Web.Auth.OAuth.Clients;
using Cozy.Web.Auth.OAuth.Protocol;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Admin;

/// <summary>OAuth clients that the operator registers, finds and removes.</summary>
internal sealed class OAuthClientEndpoints(IGrainFactory grains, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/instances/oauth_client", (Delegate)RegisterAsync);
        routes.MapGet("/instances/oauth_client", (Delegate)FindAsync);
        routes.MapDelete("/oauth/{domain}/clients", RemoveAsync);
    }

    private async Task<IResult> RegisterAsync(HttpContext context)
    {
        var parameters = await AdminParameters.ReadAsync(context.Request);
        parameters.Refuse("OnboardingSecret", "OnboardingApp", "OnboardingPermissions", "OnboardingState");
        var instance = await grains.RequireInstanceAsync(parameters["Domain"] ?? "");
        var client = new OAuthClient
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture),
            Secret = ClientSecret.New(),
            RedirectUris = parameters["RedirectURI"] is { } uri ? [uri] : [],
            Name = parameters["ClientName"] ?? string.Empty,
            SoftwareId = parameters["SoftwareID"] ?? string.Empty,
            AllowsLoginScope = parameters.Truth("AllowLoginScope") ?? false,
        };
        if (ClientRules.Check(client, instance) is { } error)
            return Results.Text(error.Description ?? error.Error, "text/plain; charset=UTF-8", statusCode: StatusCodes.Status400BadRequest);

        var made = await grains.GetGrain<IOAuthGrain>(instance.Id).RegisterAsync(client, isRetry: false);
        return new ClientAnswer(made, StatusCodes.Status200OK, new TokenIssuer(time).Issue(instance, made));
    }

    private async Task<IResult> FindAsync(HttpContext context)
    {
        var parameters = await AdminParameters.ReadAsync(context.Request);
        var instance = await grains.RequireInstanceAsync(parameters["domain"] ?? parameters["Domain"] ?? "");
        var software = parameters["software_id"] ?? parameters["SoftwareID"] ?? "";
        return await grains.GetGrain<IOAuthGrain>(instance.Id).FindBySoftwareAsync(software) is { } client
            ? new ClientAnswer(client, StatusCodes.Status200OK, registrationToken: null)
            : throw CozyException.NotFound($"Could not find client with software_id {software}");
    }

    private async Task RemoveAsync(HttpContext context, string domain)
    {
        var instance = await grains.RequireInstanceAsync(domain);
        var parameters = await AdminParameters.ReadAsync(context.Request);
        var count = await grains.GetGrain<IOAuthGrain>(instance.Id).DeleteAllAsync(parameters["Kind"]);
        await JsonAnswer.WriteAsync(context.Response, StatusCodes.Status200OK, JsonAnswer.Json, count, static (json, count) =>
        {
            json.WriteStartObject();
            json.WriteNumber("count", count);
            json.WriteEndObject();
        });
    }
}
