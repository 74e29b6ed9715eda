using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Errors;
using Cozy.Grains.OAuth;
using Cozy.Web.Access;
using Cozy.Web.Auth.OAuth.Protocol;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Auth.OAuth.Clients;

/// <summary>Clients register themselves, and manage their registration (RFC 7591, RFC 7592).</summary>
internal sealed class RegistrationEndpoints(
    IGrainFactory grains, RightsCache rights, TokenIssuer issuer, TokenReader tokens, CallerReader callers, TimeProvider time,
    IOptions<WebOptions> options)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/auth/register", (Delegate)RegisterAsync).LimitsEntries()
            .Public("Anybody may introduce themselves; it gives them nothing until the owner agrees, and few fit into an hour.");
        routes.MapPost("/auth/registerFromWebApp", (Delegate)RegisterFromWebAppAsync).RequiresToken();
        routes.MapGet("/auth/register/{id}", ReadAsync).Public("Guarded by the registration token of the client.");
        routes.MapPut("/auth/register/{id}", UpdateAsync).Public("Guarded by the registration token of the client.");
        routes.MapDelete("/auth/register/{id}", DeleteAsync).Public("Guarded by the registration token of the client.");
    }

    private async Task<IResult> RegisterAsync(HttpContext context)
    {
        if (RefuseFormat(context.Request, hasBody: true) is { } refusal)
            return refusal;
        var (body, error) = await ReadBodyAsync(context);
        if (error is not null)
            return error;
        using (body)
        {
            var mayAskForLogin = IsTrue(body!.RootElement, "allow_login_scope");
            if (mayAskForLogin && !await IsOperatorAsync(context))
                return AuthJson.Error("Not authorized to create client with given parameters", StatusCodes.Status401Unauthorized);
            return await CreateAsync(context, body.RootElement, mayAskForLogin);
        }
    }

    private async Task<IResult> RegisterFromWebAppAsync(HttpContext context)
    {
        if (context.Caller().Token is not { Audience: TokenAudience.App, Subject: "settings" })
            throw ApiException.Forbidden();
        return await RegisterAsync(context);
    }

    private async Task<IResult> CreateAsync(HttpContext context, JsonElement metadata, bool allowsLoginScope)
    {
        var client = OAuthClientJson.ReadDeclared(metadata, new OAuthClient
        {
            // Chosen before the first attempt, so that a second one cannot make a second client.
            Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture),
            Secret = ClientSecret.New(),
            IsPending = true,
            AllowsLoginScope = allowsLoginScope,
            RedirectUris = [],
            Name = string.Empty,
            SoftwareId = string.Empty,
        });
        if (await RefusalOfAsync(context, client) is { } error)
            return error.Answer();
        try
        {
            var made = await GrainCalls.RetryOnceAsync(
                (Clients: context.OAuthClients(), client), static (call, isRetry) => call.Clients.RegisterAsync(call.client, isRetry));
            return new ClientAnswer(made, StatusCodes.Status201Created, issuer.Issue(context.Instance(), made));
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.TooManyRequests)
        {
            return TooMany();
        }
    }

    private async Task<IResult> ReadAsync(HttpContext context, string id)
    {
        if (RefuseFormat(context.Request, hasBody: false) is { } refusal)
            return refusal;
        if (await context.OAuthClients().FindAsync(id) is not { } client)
            return Unknown();
        return RegistrationTokens.Carries(context, tokens, id)
            ? new ClientAnswer(client, StatusCodes.Status200OK, registrationToken: null)
            : InvalidToken();
    }

    private async Task<IResult> UpdateAsync(HttpContext context, string id)
    {
        if (RefuseFormat(context.Request, hasBody: true) is { } refusal)
            return refusal;
        if (await context.OAuthClients().FindAsync(id) is not { } client)
            return Unknown();
        if (!RegistrationTokens.Carries(context, tokens, id))
            return InvalidToken();

        var (body, error) = await ReadBodyAsync(context);
        if (error is not null)
            return error;
        using (body)
            return await ChangeAsync(context, client, body!.RootElement);
    }

    private async Task<IResult> ChangeAsync(HttpContext context, OAuthClient client, JsonElement metadata)
    {
        if (Text(metadata, "client_id") != client.Id)
            return new RegistrationError("invalid_client_id", "client_id is mandatory").Answer();
        var changed = OAuthClientJson.ReadDeclared(metadata, client);
        if (await RefusalOfAsync(context, changed) is { } error)
            return error.Answer();

        // Whoever shows the secret wants another.
        if (Text(metadata, "client_secret") is { Length: > 0 } secret)
        {
            if (!ClientSecret.Is(client, secret))
                return new RegistrationError("invalid_client_secret", "client_secret is invalid").Answer();
            changed = changed with { Secret = ClientSecret.New() };
        }

        try
        {
            var saved = await GrainCalls.RetryOnceAsync(
                (Clients: context.OAuthClients(), changed), static (call, isRetry) => call.Clients.UpdateAsync(call.changed, isRetry));

            // With its token (RFC 7592): cozy-stack-client forgets what an update does not bring back.
            return new ClientAnswer(saved, StatusCodes.Status200OK, RegistrationTokens.Of(context));
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.Conflict)
        {
            return new RegistrationError("conflict", null).Answer(StatusCodes.Status409Conflict);
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.TooManyRequests)
        {
            return TooMany();
        }
    }

    private async Task<IResult> DeleteAsync(HttpContext context, string id)
    {
        if (await context.OAuthClients().FindAsync(id) is null)
            return Results.NoContent();
        if (!RegistrationTokens.Carries(context, tokens, id))
            return InvalidToken();
        await ClientRemoval.DeleteAsync(context, rights, id);
        return Results.NoContent();
    }

    private async Task<RegistrationError?> RefusalOfAsync(HttpContext context, OAuthClient client)
    {
        if (ClientRules.Check(client, context.Instance()) is { } error)
            return error;
        if (client.LinkedApp is not { } slug)
            return null;
        if (ClientRules.IsUnlinkable(client))
            return new RegistrationError("unapproved_software_id", "Link with store/settings is forbidden");
        return await LinkedApp.FindAsync(grains, context, slug) is null
            ? new RegistrationError("unapproved_software_id", "Application was not found on instance registries")
            : null;
    }

    private async Task<bool> IsOperatorAsync(HttpContext context)
    {
        try
        {
            return (await callers.ReadAsync(context)).Token.Audience == TokenAudience.CommandLine;
        }
        catch (ApiException)
        {
            return false;
        }
    }

    private async Task<(JsonDocument? Body, IResult? Error)> ReadBodyAsync(HttpContext context)
    {
        try
        {
            var body = JsonDocument.Parse(await JsonBody.ReadAsync(context, options.Value), new JsonDocumentOptions { MaxDepth = 1024 });
            if (body.RootElement.ValueKind == JsonValueKind.Object)
                return (body, null);
            body.Dispose();
        }
        catch (ApiException failure) when (failure.Error.Status == StatusCodes.Status400BadRequest)
        {
            // Said below.
        }

        return (null, RegistrationError.Metadata("the body is not a JSON object").Answer());
    }

    private static IResult? RefuseFormat(HttpRequest request, bool hasBody)
    {
        if (!ErrorFormats.AcceptsJson(request))
            return AuthJson.Error("bad_accept_header", StatusCodes.Status400BadRequest);
        return hasBody && request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true
            ? AuthJson.Error("bad_content_type", StatusCodes.Status400BadRequest)
            : null;
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsTrue(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static IResult Unknown() => AuthJson.Error("Client not found", StatusCodes.Status404NotFound);

    private static IResult InvalidToken() => AuthJson.Error("invalid_token", StatusCodes.Status401Unauthorized);

    // What cozy-stack answers, as if there was nothing here.
    private static IResult TooMany() => AuthJson.Error("Not found", StatusCodes.Status404NotFound);
}
