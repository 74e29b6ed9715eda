using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>
/// The discovery document says where clients register, and nothing of identity tokens, which are not made: scopes are
/// doctypes and verbs, and there are too many to list.
/// </summary>
internal sealed class Discovery : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.Metadata["registration_endpoint"] = new Uri(context.BaseUri!, "auth/register").AbsoluteUri;
        context.Scopes.Clear();
        context.Claims.Clear();
        context.IdTokenSigningAlgorithms.Clear();
        return default;
    }
}
