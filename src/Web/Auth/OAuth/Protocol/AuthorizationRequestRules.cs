using Cozy.Grains.Auth;
using Cozy.Grains.OAuth;
using Cozy.Web.Auth.OAuth.Consent;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Instances;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using OAuthErrors = OpenIddict.Abstractions.OpenIddictConstants.Errors;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>
/// The first step of an authorization request: its parameters are there, the client is registered, with this very
/// address, and may ask for what it asks. The texts are those of cozy-stack.
/// </summary>
internal sealed class AuthorizationRequestRules(IGrainFactory grains, IOptions<OAuthOptions> options)
    : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    /// <summary>The scope of a client that only wants to know who logs in.</summary>
    public const string LoginScope = "login";

    private const string MissingScope = "The scope parameter is mandatory";
    private const string MissingChallenge = "The code_challenge parameter must be given when code_challenge_method is present";

    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        var request = context.Request;
        if (Malformed(request) is { } problem)
            Refuse(context, problem);
        else if (await context.Clients().FindAsync(request.ClientId!) is not { } client)
            Refuse(context, "The client must be registered");
        else if (!client.RedirectUris.Contains(request.RedirectUri, StringComparer.Ordinal) || !RedirectUri.IsSafe(request.RedirectUri))
            Refuse(context, "The redirect_uri parameter doesn't match the registered ones");
        else if (await FindScopeAsync(context, client) is not { } scope)
            Refuse(context, string.IsNullOrWhiteSpace(request.Scope) || request.Scope == LoginScope ? MissingScope : "Invalid scope");
        else if (scope == "*" && string.IsNullOrEmpty(request.CodeChallenge))
            Refuse(context, MissingChallenge);
        else
            context.Http().Features.Set(new OAuthGrant(client, scope, NullIfEmpty(request.CodeChallenge), request.RedirectUri));
    }

    private static string? Malformed(OpenIddictRequest request) => request switch
    {
        { State: null or "" } => "The state parameter is mandatory",
        { ClientId: null or "" } => "The client_id parameter is mandatory",
        { RedirectUri: null or "" } => "The redirect_uri parameter is mandatory",
        { ResponseType: not ResponseTypes.Code } => "Invalid response type",
        { CodeChallengeMethod: not (null or "" or CodeChallengeMethods.Sha256) } => "Invalid challenge code method",
        { CodeChallenge: not (null or ""), CodeChallengeMethod: not CodeChallengeMethods.Sha256 } => "Invalid challenge code method",
        { CodeChallenge: null or "", CodeChallengeMethod: CodeChallengeMethods.Sha256 } => MissingChallenge,
        _ => null,
    };

    /// <summary>What the client would be given; null when it must not be asked for.</summary>
    private async Task<string?> FindScopeAsync(ValidateAuthorizationRequestContext context, OAuthClient client)
    {
        var scope = (context.Request.Scope ?? string.Empty).Trim();
        if (client.LinkedApp is { } slug && scope != "*")
            return await LinkedApp.FindAsync(grains, context.Http(), slug) is null ? null : LinkedAppScope.Of(slug);
        if (scope == LoginScope)
            return client.AllowsLoginScope ? LoginScope : null;

        var permissions = ScopePermissions.Parse(scope);
        return permissions is null || (permissions.ReachesEverything && !(scope == "*" && await MayAskForEverythingAsync(context, client)))
            ? null
            : scope;
    }

    /// <summary>Whether it is certified, or the owner can say on the page that it is to be.</summary>
    private async ValueTask<bool> MayAskForEverythingAsync(ValidateAuthorizationRequestContext context, OAuthClient client) =>
        !client.NeedsCertification("*", options.Value)
        || (options.Value.CertifyByMail && await grains.GetGrain<ICertificationGrain>(context.Http().Instance().Id).CanSendAsync());

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static void Refuse(ValidateAuthorizationRequestContext context, string problem) =>
        context.Reject(OAuthErrors.InvalidRequest, problem);
}
