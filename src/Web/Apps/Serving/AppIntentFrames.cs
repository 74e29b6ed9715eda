using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Intents;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Apps.Serving;

/// <summary>Lets an app that asked for a service show the page of the app that serves it in a frame of its own page.</summary>
internal sealed class AppIntentFrames(IntentStore intents, IOptions<WebOptions> options)
{
    /// <summary>Widens the page's policy when it is opened for an intent that this app can serve.</summary>
    public async Task AllowAsync(HttpContext context, string slug, InstanceAddress address)
    {
        if (context.Request.Query["intent"].ToString() is not { Length: > 0 } id
            || await intents.FindAsync(context.Instance(), id) is not { } intent
            || !IntentStore.IsServedBy(intent, slug)
            || JsonMembers.Text(intent.Members, "client") is not { Length: > 0 } client)
        {
            return;
        }

        context.Response.Headers.ContentSecurityPolicy = AppPolicy.For(address, options.Value, client);
    }
}
