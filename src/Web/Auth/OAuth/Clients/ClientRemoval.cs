using Cozy.Web.Access;
using Cozy.Web.Auth.OAuth.Protocol;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.OAuth.Clients;

/// <summary>Removes a client, and what is remembered of its rights.</summary>
internal static class ClientRemoval
{
    /// <exception cref="Grains.Errors.CozyException">NotFound.</exception>
    public static async Task DeleteAsync(HttpContext context, RightsCache rights, string id)
    {
        await GrainCalls.RetryOnceAsync((Clients: context.OAuthClients(), id), static async (call, isRetry) =>
        {
            await call.Clients.DeleteAsync(call.id, isRetry);
            return true;
        });
        rights.Forget(context.Instance().Id);
    }
}
