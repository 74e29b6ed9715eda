using Cozy.Web.Auth.Pages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.OAuth.Clients;

/// <summary>A registration that is refused, in the words of RFC 7591.</summary>
/// <param name="Error">The code.</param>
/// <param name="Description">What to change; null when the code says all.</param>
internal sealed record RegistrationError(string Error, string? Description)
{
    /// <summary>An address to redirect to is missing or not acceptable.</summary>
    public static RegistrationError RedirectUri(string description) => new("invalid_redirect_uri", description);

    /// <summary>Something else is missing or not acceptable.</summary>
    public static RegistrationError Metadata(string? description) => new("invalid_client_metadata", description);

    /// <summary>The answer.</summary>
    public IResult Answer(int status = StatusCodes.Status400BadRequest) => Description is null
        ? AuthJson.Of(new { error = Error }, status)
        : AuthJson.Of(new { error = Error, error_description = Description }, status);
}
