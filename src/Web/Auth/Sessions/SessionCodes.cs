using Cozy.Grains.Auth;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Cozy.Web.Auth.Sessions;

/// <summary>
/// Codes in an address (<c>?session_code=</c>) that open a session once: how an application that is logged in opens a
/// page of the instance or of one of its apps in a web view.
/// </summary>
internal sealed class SessionCodes(IGrainFactory grains, OwnerSession owner)
{
    private const string Parameter = "session_code";

    /// <summary>
    /// Uses up the code in the address, even when somebody is logged in already: it must not lie about. Sends the browser
    /// on to the same address without it if that opened a session; null when there is nothing to do.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="isForClient">The owner only comes in to let a client in.</param>
    public async Task<IResult?> EnterAsync(HttpContext context, bool isForClient)
    {
        var code = context.Request.Query[Parameter].ToString();
        if (code.Length == 0 || !HttpMethods.IsGet(context.Request.Method))
            return null;

        var request = await context.SessionAsync() is null
            ? new SessionRequest(LongRun: false, ShortRun: isForClient, owner.VisitorOf(context))
            : null;
        if (await grains.GetGrain<ISessionCodeGrain>(context.Instance().Id).RedeemCodeAsync(code, request) is not { } session)
            return null;

        owner.Begin(context, session);
        context.Response.Headers.CacheControl = "no-store";
        return new SeeOther(AddressWithoutCode(context));
    }

    private static string AddressWithoutCode(HttpContext context)
    {
        var address = InstanceAddress.Of(context);
        var others = context.Request.Query.Where(parameter => parameter.Key != Parameter)
            .SelectMany(parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value ?? ""));
        return $"{address.Scheme}://{context.Request.Host.Value}{context.Request.PathBase}{context.Request.Path}{new QueryBuilder(others)}";
    }
}
