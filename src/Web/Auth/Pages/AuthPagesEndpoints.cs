using Cozy.Web.Access;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Auth.Pages;

/// <summary>The pages on which the owner of an instance chooses a passphrase, logs in and logs out.</summary>
internal static class AuthPagesEndpoints
{
    /// <summary>Registers what the pages need.</summary>
    public static IServiceCollection AddAuthPages(this IServiceCollection services)
    {
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<FirstPassphraseHandlers>();
        services.AddSingleton<AssetCatalog>();
        return services;
    }

    /// <summary>Maps the pages and their assets.</summary>
    public static IEndpointRouteBuilder MapAuthPages(this IEndpointRouteBuilder routes)
    {
        routes.MapAssets();

        routes.MapGet("/", HomeHandlers.ShowAsync)
            .Public("Sends everybody to the page that is theirs; the owner's page needs the session it looks up.");
        routes.MapGet("/public/prelogin", Prelogin.Show)
            .Public("Clients ask it before they can log in.");
        routes.MapPost("/settings/passphrase", (HttpContext context, FirstPassphraseHandlers handlers) => handlers.PostForClientsAsync(context))
            .Public("Guarded by the register token in the body.");

        var forms = routes.MapGroup("/auth").AddEndpointFilter<CsrfFilter>();
        forms.MapGet("/login", (Delegate)LoginHandlers.ShowAsync)
            .Public("The page to log in.");
        forms.MapPost("/login", LoginHandlers.PostAsync)
            .Public("Guarded by the passphrase and the form's token.");
        forms.MapGet("/passphrase", FirstPassphraseHandlers.Show)
            .Public("Shows the form only to those who have the register token.");
        forms.MapPost("/passphrase", (HttpContext context, FirstPassphraseHandlers handlers) => handlers.PostAsync(context))
            .Public("Guarded by the register token and the form's token.");

        routes.MapDelete("/auth/login", LogoutHandlers.DeleteAsync)
            .Public("Ends only the session of the browser that asks.");
        routes.MapPost("/auth/logout", LogoutHandlers.PostAsync)
            .Public("Guarded by the session's own token.");
        return routes;
    }
}
