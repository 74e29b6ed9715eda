using Cozy.Web.Admin.Files;
using Cozy.Web.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Admin;

/// <summary>
/// The admin API: what operators and the command line use. It is made for an application of its own, on an address of
/// its own, so that no public request can ever reach it.
/// </summary>
public static class AdminApi
{
    /// <summary>
    /// Adds what the admin API needs. <c>IGrainFactory</c>, the stores, <c>WebOptions</c>, <c>ContextsOptions</c>, the
    /// public front's <c>InstanceCache</c> and the token issuer must be there.
    /// </summary>
    public static IServiceCollection AddCozyAdmin(this IServiceCollection services) => services
        .AddSingleton<InstanceEndpoints>()
        .AddSingleton<InstanceListEndpoint>()
        .AddSingleton<InstanceAccessEndpoints>()
        .AddSingleton<TokenEndpoint>()
        .AddSingleton<AppAdminEndpoints>()
        .AddSingleton<RegistryAdminEndpoints>()
        .AddSingleton<FeatureFlags>()
        .AddSingleton<FeatureAdminEndpoints>()
        .AddSingleton<JobAdminEndpoints>()
        .AddSingleton<MaintenanceEndpoints>()
        .AddSingleton<OAuthClientEndpoints>()
        .AddSingleton<AccountTypeEndpoints>()
        .AddSingleton<FileMaintenanceEndpoints>()
        .AddSingleton<AdminStatusEndpoints>();

    /// <summary>Adds the access check and the routes.</summary>
    /// <param name="app">The application of the admin API alone.</param>
    /// <param name="secret">The secret callers must know; null to serve this machine only.</param>
    public static void UseCozyAdmin(this WebApplication app, AdminSecret? secret)
    {
        app.UseMiddleware<AdminErrors>();
        app.Use(next => new AdminAccess(next, secret).InvokeAsync);
        app.UseRouting();
        Map(app, app.Services);
        app.MapFallback(static context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/plain; charset=UTF-8";
            return context.Response.WriteAsync("Not Found", context.RequestAborted);
        });
    }

    private static void Map(IEndpointRouteBuilder routes, IServiceProvider services)
    {
        services.GetRequiredService<InstanceListEndpoint>().Map(routes);
        services.GetRequiredService<InstanceEndpoints>().Map(routes);
        services.GetRequiredService<InstanceAccessEndpoints>().Map(routes);
        services.GetRequiredService<TokenEndpoint>().Map(routes);
        services.GetRequiredService<AppAdminEndpoints>().Map(routes);
        services.GetRequiredService<RegistryAdminEndpoints>().Map(routes);
        services.GetRequiredService<FeatureAdminEndpoints>().Map(routes);
        services.GetRequiredService<JobAdminEndpoints>().Map(routes);
        services.GetRequiredService<MaintenanceEndpoints>().Map(routes);
        services.GetRequiredService<OAuthClientEndpoints>().Map(routes);
        services.GetRequiredService<AccountTypeEndpoints>().Map(routes);
        services.GetRequiredService<FileMaintenanceEndpoints>().Map(routes);
        services.GetRequiredService<AdminStatusEndpoints>().Map(routes);
    }
}
