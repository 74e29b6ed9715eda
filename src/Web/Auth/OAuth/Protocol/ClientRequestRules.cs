using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>
/// The first step of introspection and of revocation: the client is who it says. That the token is its own is one of
/// OpenIddict's steps.
/// </summary>
internal sealed class ClientRequestRules :
    IOpenIddictServerHandler<ValidateIntrospectionRequestContext>, IOpenIddictServerHandler<ValidateRevocationRequestContext>
{
    public async ValueTask HandleAsync(ValidateIntrospectionRequestContext context)
    {
        if (!await IsKnownAsync(context, context.Request))
            context.Reject(OpenIddictConstants.Errors.InvalidClient, "The client must be registered, and prove it with its secret.");
    }

    public async ValueTask HandleAsync(ValidateRevocationRequestContext context)
    {
        if (!await IsKnownAsync(context, context.Request))
            context.Reject(OpenIddictConstants.Errors.InvalidClient, "The client must be registered, and prove it with its secret.");
    }

    private static async Task<bool> IsKnownAsync(BaseContext context, OpenIddictRequest request) =>
        request.ClientId is { Length: > 0 } id && await context.Clients().FindAsync(id) is { } client
        && ClientSecret.Is(client, request.ClientSecret);
}
