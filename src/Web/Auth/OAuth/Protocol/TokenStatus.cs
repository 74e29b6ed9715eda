using Cozy.Web.Access;
using Cozy.Web.Instances;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>
/// Introspection tells the scope of a token. Revocation ends all tokens of the client, of whatever kind it was given one:
/// a client is one device, and none of its tokens outlives the others.
/// </summary>
internal sealed class TokenStatus(RightsCache rights) :
    IOpenIddictServerHandler<HandleIntrospectionRequestContext>, IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        if (context.Http().Features.Get<ReadToken>() is { Token.ScopeText: { } scope })
            context.Claims["scope"] = scope;
        return default;
    }

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        var http = context.Http();
        if (http.Features.Get<ReadToken>() is not { Token.Subject: { } client })
            return;
        await context.Clients().RevokeTokensAsync(client);
        rights.Forget(http.Instance().Id);
    }
}
