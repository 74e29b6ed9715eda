using Cozy.Grains.Instances;
using Cozy.Grains.Permissions;
using Cozy.Web.Errors;

namespace Cozy.Web.Auth.Tokens;

/// <summary>Knows what the bearer of a good token may do.</summary>
internal interface IPermissionSource
{
    /// <summary>The permissions of the token's bearer.</summary>
    /// <exception cref="ApiException">400: the token has no permissions here.</exception>
    ValueTask<PermissionSet> PermissionsOfAsync(Instance instance, Token token, CancellationToken cancellationToken);
}

/// <summary>
/// Permissions that are in the token itself: those of the command line and of OAuth clients. Tokens of other audiences
/// stand for documents and are refused.
/// </summary>
internal sealed class ScopePermissionSource : IPermissionSource
{
    /// <inheritdoc/>
    public ValueTask<PermissionSet> PermissionsOfAsync(Instance instance, Token token, CancellationToken cancellationToken)
    {
        if (token.Audience is not (TokenAudience.CommandLine or TokenAudience.Access))
            throw new ApiException(TokenErrors.Invalid);

        var permissions = token.Scope ?? throw new ApiException(TokenErrors.BadScope);

        // Everything at once is for the operator; an OAuth client would have to be certified for it.
        return token.Audience == TokenAudience.Access && permissions.Rules.Any(rule => rule.Doctype == "*")
            ? throw new ApiException(TokenErrors.Invalid)
            : new(permissions);
    }
}

/// <summary>The ways a token is refused; clients match these texts, and that the statuses are 400 and not 401.</summary>
internal static class TokenErrors
{
    /// <summary>No token.</summary>
    public static readonly ApiError Missing = ApiError.Http(401, "No token in request");

    /// <summary>Not a token of this instance, or not one that is good for this.</summary>
    public static readonly ApiError Invalid =
        ApiError.Http(400, "Invalid JWT token") with { Challenge = "Bearer error=\"invalid_token\"" };

    /// <summary>Too old.</summary>
    public static readonly ApiError Expired = ApiError.Http(400, "Expired token") with
    {
        Challenge = "Bearer error=\"invalid_token\" error_description=\"The access token expired\"",
    };

    /// <summary>The scope in the token is empty or malformed.</summary>
    public static readonly ApiError BadScope = ApiError.Http(400, "Permission scope is empty or malformed");
}
