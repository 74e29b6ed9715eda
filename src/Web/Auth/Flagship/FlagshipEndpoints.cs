using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Auth;
using Cozy.Grains.OAuth;
using Cozy.Web.Access;
using Cozy.Web.Auth.OAuth.Protocol;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Auth.Flagship;

/// <summary>What the owner's own application on a phone needs besides OAuth.</summary>
internal sealed class FlagshipEndpoints(
    IGrainFactory grains, SessionCodeHandler codes, FirstPassphraseHandlers passphrases, OwnerSession owner, TokenIssuer issuer)
{
    private const string Everything = "*";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/auth/session_code", (Delegate)codes.PostAsync)
            .LimitsEntries().Public("Guarded by a token that allows everything, or by the passphrase.");
        routes.MapPost("/auth/login/flagship", (Delegate)LogInAsync)
            .LimitsEntries().Public("Guarded by the client's secret and the passphrase.");
        routes.MapPost("/settings/passphrase/flagship", (Delegate)OnboardAsync)
            .LimitsEntries().Public("Guarded by the client's secret and the register token.");
        routes.MapPost("/auth/tokens/konnectors/{slug}", IssueForConnectorAsync).RequiresEverything();
    }

    private async Task<IResult> LogInAsync(HttpContext context)
    {
        using var body = await AuthJson.ReadAsync(context.Request);
        var json = body.RootElement;
        var (found, refusal) = await ClientOfAsync(context, json);
        if (found is not { } client)
            return refusal!;

        var texts = PageLanguage.Of(context);
        return await codes.CheckAsync(context, json) switch
        {
            { IsOwner: true } => await LetInAsync(context, client),
            { TwoFactorToken: { } token } => AuthJson.Of(new { two_factor_token = token }, StatusCodes.Status401Unauthorized),
            { WrongCode: true } => AuthJson.Error(texts.Security.WrongCodeForClients, StatusCodes.Status403Forbidden),
            _ => AuthJson.Error(texts.WrongPasswordForClients, StatusCodes.Status401Unauthorized),
        };
    }

    /// <summary>The first passphrase, chosen in the application: it is let in as after a login.</summary>
    private async Task<IResult> OnboardAsync(HttpContext context)
    {
        using var body = await AuthJson.ReadAsync(context.Request);
        var (client, refusal) = await ClientOfAsync(context, body.RootElement);
        if (client is null)
            return refusal!;
        await passphrases.ChooseForClientAsync(context, body.RootElement);
        return await LetInAsync(context, client);
    }

    private static async Task<(OAuthClient? Client, IResult? Refusal)> ClientOfAsync(HttpContext context, JsonElement json)
    {
        if (await context.OAuthClients().FindAsync(json.TextOrNumber("client_id")) is not { } client)
            return (null, AuthJson.Error("the client must be registered", StatusCodes.Status400BadRequest));
        return ClientSecret.Is(client, json.TextOrNumber("client_secret"))
            ? (client, null)
            : (null, AuthJson.Error("invalid client_secret", StatusCodes.Status400BadRequest));
    }

    /// <summary>Tokens for the owner's own application; for another, a code with which its owner may say yes in a browser.</summary>
    private async Task<IResult> LetInAsync(HttpContext context, OAuthClient client) => client.IsFlagship
        ? await TokensAsync(context, client)
        : await codes.GiveAsync(context, StatusCodes.Status202Accepted);

    private async Task<IResult> TokensAsync(HttpContext context, OAuthClient client)
    {
        await context.OAuthClients().AcceptAsync(client.Id, operatingSystem: null);
        var instance = context.Instance();
        await grains.GetGrain<IAuthGrain>(instance.Id).RecordAsync(
            new SecurityEvent { Event = SecurityEvents.ClientGranted, Subject = client.Name, Visitor = owner.VisitorOf(context) });
        context.Response.Headers.CacheControl = "no-store";
        return AuthJson.Of(new
        {
            token_type = "bearer",
            scope = Everything,
            access_token = issuer.Issue(instance, TokenAudience.Access, client.Id, Everything, generation: client.TokenGeneration),
            refresh_token = issuer.Issue(instance, TokenAudience.Refresh, client.Id, Everything, generation: client.TokenGeneration),
        });
    }

    private async Task<IResult> IssueForConnectorAsync(HttpContext context, string slug)
    {
        if (await grains.GetGrain<IAppsGrain>(context.Instance().Id).FindAsync(AppKind.Connector, slug) is null)
            throw new ApiException(ApiError.Api(404, "Application is not installed"));
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(issuer.Issue(context.Instance(), TokenAudience.Connector, slug, scope: null), statusCode: StatusCodes.Status201Created);
    }
}
