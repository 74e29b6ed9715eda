using Cozy.Web.Auth.OAuth.Consent;
using Cozy.Web.Auth.Pages;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>
/// Sends the browser to the client with its code (also as <c>access_code</c>, which old clients read). A bad request gets
/// a page and no redirect: an address of somebody who has not proved to be a client is not followed.
/// </summary>
internal sealed class AuthorizationResponses : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        var http = context.Http();
        var response = context.Response;
        if (response.Error is not null)
        {
            await RefusalPage.Show(http, StatusCodes.Status400BadRequest, response.ErrorDescription ?? response.Error).ExecuteAsync(http);
        }
        else
        {
            var target = RedirectUri.With(context.RedirectUri!, ParametersOf(http, response));
            if (AuthJson.IsWanted(http.Request))
                await AuthJson.Of(new { deeplink = target }).ExecuteAsync(http);
            else
                http.Response.Redirect(target);
        }

        context.HandleRequest();
    }

    private static IEnumerable<KeyValuePair<string, string?>> ParametersOf(HttpContext http, OpenIddictResponse response)
    {
        yield return new("access_code", response.Code);
        yield return new("code", response.Code);
        yield return new("state", response.State);
        yield return new("iss", (string?)response[OpenIddictConstants.Parameters.Iss]);
        if (http.Features.Get<FallbackAddress>() is { } fallback)
            yield return new("fallback", fallback.Address);
    }
}

/// <summary>Where the browser goes when no application takes the address of the client.</summary>
internal sealed record FallbackAddress(string Address);
