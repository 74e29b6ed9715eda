using Cozy.Grains.Notifications;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Jobs;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Notifications;

/// <summary>What apps, connectors and devices tell the owner: <c>POST /notifications</c>.</summary>
internal sealed class NotificationEndpoints(IGrainFactory grains, TimeProvider time, IOptions<WebOptions> options)
{
    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/notifications", (RequestDelegate)SendAsync).RequiresToken();

    private async Task SendAsync(HttpContext context)
    {
        var token = context.Caller().Token;
        var originator = token.Audience switch
        {
            TokenAudience.App => "app",
            TokenAudience.Connector => "konnector",
            TokenAudience.Access => "oauth",
            _ => throw new ApiException(ApiError.Api(403, "Not authorized to send notification")),
        };
        var attributes = JobRequests.Attributes(await JsonBody.ReadAsync(context, options.Value));
        var sent = await grains.GetGrain<INotificationsGrain>(context.Instance().Id).SendAsync(
            NotificationRequests.Read(attributes, originator, token.Subject ?? "", time.GetUtcNow()));
        await JobResource.WriteAsync(context, StatusCodes.Status201Created, "io.cozy.notifications", sent, $"/notifications/{sent.Id}");
    }
}
