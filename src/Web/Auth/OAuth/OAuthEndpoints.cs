using Cozy.Web.Access;
using Cozy.Web.Auth.OAuth.Clients;
using Cozy.Web.Auth.OAuth.Consent;
using Cozy.Web.Auth.OAuth.Protocol;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Auth.OAuth;

/// <summary>The routes of OAuth 2.</summary>
internal sealed class OAuthEndpoints(ConsentHandlers consent, Certification certification, RegistrationEndpoints registration, ClientSettingsEndpoints settings)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        registration.Map(routes);
        settings.Map(routes);

        var forms = routes.MapGroup("/auth").AddEndpointFilter<CsrfFilter>();
        forms.MapGet("/authorize", (Delegate)consent.ShowAsync)
            .Public("Shows nothing of the owner's to those who are not logged in.");
        forms.MapPost("/authorize", (Delegate)consent.AgreeAsync)
            .Public("Guarded by the owner's session and the form's token.");
        forms.MapPost("/authorize/certify", (Delegate)certification.PostAsync).LimitsEntries()
            .Public("Guarded by the owner's session, the form's token and the mailed code.");

        routes.MapPost("/auth/access_token", (RequestDelegate)OAuthServer.AnswerAsync)
            .Public("Guarded by the client's secret and its code or refresh token.");
        routes.MapPost("/auth/introspect", (RequestDelegate)OAuthServer.AnswerAsync).Public("Guarded by the client's secret.");
        routes.MapPost("/auth/revoke", (RequestDelegate)OAuthServer.AnswerAsync).Public("Guarded by the client's secret.");
        foreach (var document in new[] { "openid-configuration", "oauth-authorization-server" })
        {
            routes.MapGet($"/.well-known/{document}", (RequestDelegate)OAuthServer.AnswerAsync)
                .Public("Says where the other addresses are.");
        }
    }
}
