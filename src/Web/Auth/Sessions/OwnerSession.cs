using Cozy.Grains.Auth;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Sessions;

/// <summary>Gives a browser its session, and what comes with it.</summary>
internal sealed class OwnerSession(SessionCookie session, DeviceCookie device, InstanceCache instances)
{
    /// <summary>Who sends the request.</summary>
    public Visitor VisitorOf(HttpContext context) => device.VisitorOf(context);

    /// <summary>Gives the browser a session that was just opened.</summary>
    public void Begin(HttpContext context, Session opened)
    {
        session.Write(context, opened);
        device.Write(context);
    }

    /// <summary>
    /// Has the instance read again after it was changed. A new passphrase makes a new session secret, with which the
    /// cookies of this very answer must be signed.
    /// </summary>
    public async Task ReloadAsync(HttpContext context)
    {
        instances.InvalidateInstance(context.Instance().Domain);
        if (await instances.FindAsync(context.Request.Host.Value ?? "") is { } instance)
            context.Features.Set(new InstanceFeature(instance));
    }
}
