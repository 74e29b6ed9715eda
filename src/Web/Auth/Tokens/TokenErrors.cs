using Cozy.Web.Errors;

namespace Cozy.Web.Auth.Tokens;

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

    /// <summary>The link was revoked.</summary>
    public static readonly ApiError Revoked = ApiError.Http(403, "no permission doc for token");

    /// <summary>A good token, but for something else: a refresh token opens nothing itself.</summary>
    public static ApiError WrongAudience(TokenAudience audience) =>
        Invalid with { Detail = $"Unrecognized token audience [{TokenRules.NameOf(audience)}]" };

    /// <summary>No link has this short code.</summary>
    public static ApiError UnknownShortCode(string code) => ApiError.Http(403, $"no permission doc for shortcode {code}");
}
