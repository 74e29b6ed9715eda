using Cozy.Grains.OAuth;
using Cozy.Web.Instances;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Server;

namespace Cozy.Web.Auth.OAuth.Protocol;

/// <summary>The way from one of OpenIddict's steps to the request and its instance.</summary>
internal static class Transactions
{
    public static HttpContext Http(this OpenIddictServerEvents.BaseContext step) =>
        step.Transaction.GetHttpRequest()!.HttpContext;

    /// <summary>The OAuth clients of the request's instance.</summary>
    public static IOAuthGrain Clients(this OpenIddictServerEvents.BaseContext step) => step.Http().OAuthClients();

    /// <summary>The OAuth clients of the request's instance.</summary>
    public static IOAuthGrain OAuthClients(this HttpContext context) =>
        context.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IOAuthGrain>(context.Instance().Id);
}
