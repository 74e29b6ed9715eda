using Cozy.Grains.Auth;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Cozy.Web.Auth.Sessions;

/// <summary>The browser session of a request, looked up when it is first asked for.</summary>
internal sealed class SessionFeature(HttpContext context)
{
    private Task<Session?>? _session;

    /// <summary>The session; null when nobody is logged in.</summary>
    public Task<Session?> GetAsync() => _session ??= FindAsync();

    private async Task<Session?> FindAsync()
    {
        if (SessionCookie.Read(context) is not { } id)
        {
            return null;
        }

        var grains = context.RequestServices.GetRequiredService<IGrainFactory>();
        return await grains.GetGrain<IAuthGrain>(context.Instance().Id).FindSessionAsync(id);
    }
}

/// <summary>Access to the session of a request.</summary>
internal static class SessionHttpContextExtensions
{
    /// <summary>The session of the browser that sent the request; null when nobody is logged in. Asks the grain once per request.</summary>
    public static Task<Session?> SessionAsync(this HttpContext context)
    {
        var feature = context.Features.Get<SessionFeature>();
        if (feature is null)
        {
            feature = new SessionFeature(context);
            context.Features.Set(feature);
        }

        return feature.GetAsync();
    }
}
