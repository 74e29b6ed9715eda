using Cozy.Web.Access;
using Cozy.Web.Auth.Flagship;
using Cozy.Web.Auth.Security;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Http;
using Cozy.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Auth.Pages;

/// <summary>The pages on which the owner of an instance gets in, gets out, and sees who did.</summary>
internal static class AuthPagesEndpoints
{
    /// <summary>Registers what the pages need.</summary>
    public static IServiceCollection AddAuthPages(this IServiceCollection services) => services
        .AddSingleton<SessionCookie>()
        .AddSingleton<DeviceCookie>()
        .AddSingleton<OwnerSession>()
        .AddSingleton<DefaultPage>()
        .AddSingleton<SessionCodes>()
        .AddSingleton<SessionCodeHandler>()
        .AddSingleton<FlagshipEndpoints>()
        .AddSingleton<FirstPassphraseHandlers>()
        .AddSingleton<LoginHandlers>()
        .AddSingleton<TwoFactorHandlers>()
        .AddSingleton<LogoutHandlers>()
        .AddSingleton<ConfirmHandlers>()
        .AddSingleton<ResetHandlers>()
        .AddSingleton<EvenAnswer>()
        .AddSingleton<SecurityHandlers>()
        .AddSingleton<FactorHandlers>()
        .AddSingleton<DeletionHandlers>()
        .AddSingleton(_ => new AssetCatalog(AssetCatalog.BuiltFolder));

    /// <summary>Maps the pages and their assets.</summary>
    public static IEndpointRouteBuilder MapAuthPages(this IEndpointRouteBuilder routes)
    {
        routes.MapAssets();

        routes.MapGet("/", HomeHandlers.ShowAsync)
            .Public("Sends everybody to the page that is theirs; the owner's page needs the session it looks up.");
        routes.MapGet("/public/prelogin", Prelogin.Show)
            .Public("Clients ask it before they can log in.");
        routes.MapMethods("/.well-known/change-password", [HttpMethods.Get, HttpMethods.Head], () => TypedResults.Redirect("/auth/security/passphrase"))
            .Public("Password managers ask it for the page on which a password is changed; the page itself needs the session.");
        routes.MapPost("/settings/passphrase", (HttpContext context, FirstPassphraseHandlers handlers) => handlers.PostForClientsAsync(context))
            .LimitsEntries().Public("Guarded by the register token in the body.");

        var forms = routes.MapGroup("/auth").AddEndpointFilter<CsrfFilter>();
        MapLogin(routes, forms);
        MapConfirmation(routes, forms);
        MapPassphrase(routes, forms);
        MapSecurity(forms);
        routes.ServiceProvider.GetRequiredService<FlagshipEndpoints>().Map(routes);
        return routes;
    }

    private static void MapLogin(IEndpointRouteBuilder routes, IEndpointRouteBuilder forms)
    {
        forms.MapGet("/login", (HttpContext context, LoginHandlers handlers) => handlers.ShowAsync(context))
            .Public("The page to log in.");
        forms.MapPost("/login", (HttpContext context, LoginHandlers handlers) => handlers.PostAsync(context))
            .LimitsEntries().Public("Guarded by the passphrase and the form's token.");
        routes.MapGet("/auth/twofactor", (HttpContext context, TwoFactorHandlers handlers) => handlers.ShowAsync(context))
            .Public("Shows an empty form.");
        routes.MapPost("/auth/twofactor", (HttpContext context, TwoFactorHandlers handlers) => handlers.PostAsync(context))
            .LimitsEntries().Public("Guarded by the token that only the right passphrase gives, and the code.");
        routes.MapDelete("/auth/login", (HttpContext context, LogoutHandlers handlers) => handlers.DeleteAsync(context))
            .Public("Ends only the session of the browser that asks.");
        routes.MapDelete("/auth/login/others", (HttpContext context, LogoutHandlers handlers) => handlers.DeleteOthersAsync(context))
            .Public("Needs an app's token and the owner's session, which it looks up.");
        routes.MapPost("/auth/logout", (HttpContext context, LogoutHandlers handlers) => handlers.PostAsync(context))
            .Public("Guarded by the session's own token.");
    }

    private static void MapConfirmation(IEndpointRouteBuilder routes, IEndpointRouteBuilder forms)
    {
        forms.MapGet("/confirm", (HttpContext context, ConfirmHandlers handlers) => handlers.Show(context))
            .Public("The page to confirm something with the passphrase.");
        forms.MapPost("/confirm", (HttpContext context, ConfirmHandlers handlers) => handlers.PostAsync(context))
            .LimitsEntries().Public("Guarded by the passphrase and the form's token.");
        routes.MapGet("/auth/confirm/{code}", (HttpContext context, string code, ConfirmHandlers handlers) => handlers.CheckAsync(context, code))
            .Public("Tells only whether a signed code is good.");
    }

    private static void MapPassphrase(IEndpointRouteBuilder routes, IEndpointRouteBuilder forms)
    {
        forms.MapGet("/passphrase", FirstPassphraseHandlers.Show)
            .Public("Shows the form only to those who have the register token.");
        forms.MapPost("/passphrase", (HttpContext context, FirstPassphraseHandlers handlers) => handlers.PostAsync(context))
            .LimitsEntries().Public("Guarded by the register token and the form's token.");
        forms.MapGet("/passphrase_reset", ResetHandlers.Ask)
            .Public("The page to ask for a link by mail.");
        forms.MapPost("/passphrase_reset", (HttpContext context, ResetHandlers handlers) => handlers.SendLinkAsync(context))
            .LimitsEntries().Public("Mails the owner, at most once in a while, and tells nothing.");
        forms.MapGet("/passphrase_renew", (HttpContext context, ResetHandlers handlers) => handlers.ShowRenewAsync(context))
            .Public("Shows the form only to those who have the token of the link.");
        forms.MapPost("/passphrase_renew", (HttpContext context, ResetHandlers handlers) => handlers.RenewAsync(context))
            .LimitsEntries().Public("Guarded by the token of the link and the form's token.");
        routes.MapPost("/auth/hint", (HttpContext context, ResetHandlers handlers) => handlers.SendHintAsync(context))
            .LimitsEntries().Public("Mails the owner, at most once in a while, and tells nothing.");
    }

    private static void MapSecurity(IEndpointRouteBuilder forms)
    {
        forms.MapGet("/security", (HttpContext context, SecurityHandlers handlers) => handlers.ShowAsync(context)).RequiresSession();
        forms.MapPost("/security/sessions", (HttpContext context, SecurityHandlers handlers) => handlers.EndSessionAsync(context)).RequiresSession();
        forms.MapPost("/security/logout-others", (HttpContext context, SecurityHandlers handlers) => handlers.EndOthersAsync(context)).RequiresSession();
        forms.MapGet("/security/passphrase", SecurityHandlers.ShowPassphrase).RequiresSession();
        forms.MapPost("/security/passphrase", (HttpContext context, SecurityHandlers handlers) => handlers.ChangePassphraseAsync(context)).RequiresSession();
        forms.MapGet("/security/app", FactorHandlers.ShowApp).RequiresSession();
        forms.MapPost("/security/app", (HttpContext context, FactorHandlers handlers) => handlers.AddAppAsync(context)).RequiresSession();
        forms.MapPost("/security/mail", (HttpContext context, FactorHandlers handlers) => handlers.UseMailAsync(context)).RequiresSession();
        forms.MapGet("/deletion", (HttpContext context, DeletionHandlers handlers) => handlers.ShowAsync(context)).RequiresSession();
        forms.MapPost("/deletion", (HttpContext context, DeletionHandlers handlers) => handlers.DeleteAsync(context)).RequiresSession();
        forms.MapGet("/security/off", FactorHandlers.ShowOff).RequiresSession();
        forms.MapPost("/security/off", (HttpContext context, FactorHandlers handlers) => handlers.TurnOffAsync(context)).RequiresSession();
    }
}
