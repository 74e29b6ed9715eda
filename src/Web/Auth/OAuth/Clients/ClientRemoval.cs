using Cozy.Grains.Auth;
using Cozy.Web.Access;
using Cozy.Web.Auth.OAuth.Protocol;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Auth.OAuth.Clients;

/// <summary>Removes a client, and what is remembered of its rights.</summary>
internal static class ClientRemoval
{
    /// <exception cref="Grains.Errors.CozyException">NotFound.</exception>
    public static async Task DeleteAsync(HttpContext context, RightsCache rights, string id)
    {
        var client = await context.OAuthClients().FindAsync(id);
        await GrainCalls.RetryOnceAsync((Clients: context.OAuthClients(), id), static async (call, isRetry) =>
        {
            await call.Clients.DeleteAsync(call.id, isRetry);
            return true;
        });
        rights.Forget(context.Instance().Id);

        // One that was never let in had nothing to lose.
        if (client is { IsPending: false })
        {
            await context.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IAuthGrain>(context.Instance().Id).RecordAsync(new SecurityEvent
            {
                Event = SecurityEvents.ClientRevoked,
                Subject = client.Name,
                Visitor = context.RequestServices.GetRequiredService<OwnerSession>().VisitorOf(context),
            });
        }
    }
}
