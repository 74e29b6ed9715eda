using System.Security.Claims;
using Cozy.Web.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Server.AspNetCore;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>
/// Hands a request of one of our routes to OpenIddict. It is not part of the pipeline, so that other requests do not pay
/// for it and every way in is a route that declares its access.
/// </summary>
internal static class OAuthServer
{
    private const string Scheme = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    /// <summary>Answers a request for which OpenIddict has everything.</summary>
    public static async Task AnswerAsync(HttpContext context)
    {
        if (!await ExamineAsync(context))
            throw ApiException.NoRoute();
    }

    /// <summary>Examines a request; true when it was answered, false when it is good and waits for us to go on.</summary>
    public static async Task<bool> ExamineAsync(HttpContext context)
    {
        // Behind a proxy that ends TLS the addresses must be those that clients know.
        if (context.RequestServices.GetRequiredService<IOptions<WebOptions>>().Value.Https)
            context.Request.Scheme = Uri.UriSchemeHttps;

        var handlers = context.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        var handler = await handlers.GetHandlerAsync(context, Scheme);
        return await ((IAuthenticationRequestHandler)handler!).HandleRequestAsync();
    }

    /// <summary>Has OpenIddict answer an authorization request that the owner has agreed to.</summary>
    public static Task AgreeAsync(HttpContext context, ClaimsPrincipal principal) => context.SignInAsync(Scheme, principal);
}
