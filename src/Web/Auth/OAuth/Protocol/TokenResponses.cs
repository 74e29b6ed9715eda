using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using OAuthErrors = OpenIddict.Abstractions.OpenIddictConstants.Errors;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>Gives the answers of the token endpoint the form that clients of cozy-stack know.</summary>
internal sealed class TokenResponses : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        var response = context.Response;
        response.ErrorUri = null;
        if (response.Error is null)
        {
            response.TokenType = "bearer";
            response.Scope = OAuthGrant.Of(context.Http()).Scope;
            return default;
        }

        if (context.Request is { } request && Translate(response, request) is { } text)
        {
            response.Error = text;
            response.ErrorDescription = null;
        }

        return default;
    }

    private static string? Translate(OpenIddictResponse response, OpenIddictRequest request) => response.Error switch
    {
        OAuthErrors.InvalidRequest or OAuthErrors.InvalidGrant
            when response.ErrorDescription?.Contains(Parameters.CodeVerifier, StringComparison.Ordinal) == true => "invalid code_verifier",
        OAuthErrors.InvalidGrant when response.ErrorDescription?.Contains(Parameters.RedirectUri, StringComparison.Ordinal) == true => null,
        OAuthErrors.InvalidGrant => request.IsRefreshTokenGrantType() ? "invalid refresh token" : "invalid code",
        _ => null,
    };
}
