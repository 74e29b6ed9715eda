using Cozy.Grains.Permissions;
using Cozy.Grains.Realtime;
using Cozy.Storage.Documents;
using Cozy.Web.Access;
using Cozy.Web.Data;
using Cozy.Web.Errors;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Realtime;

/// <summary>Events as they happen: <c>/realtime</c>.</summary>
internal sealed class RealtimeEndpoints(
    RealtimeSockets sockets, IGrainFactory grains, IOptions<WebOptions> web, IOptions<RealtimeOptions> options)
{
    private const int DoctypeSegment = 1;
    private const int DocumentSegment = 2;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        // By HTTP/2 a WebSocket begins with CONNECT.
        routes.MapMethods("/realtime/", ["GET", "CONNECT"], (RequestDelegate)ConnectAsync)
            .Public("The first message must be a token, and nothing is told before.")
            .Add(endpoint => endpoint.Metadata.Add(LongLived.Mark));
        routes.MapPost("/realtime/{doctype}/{id}", (RequestDelegate)NotifyAsync).RequiresToken();
    }

    private Task ConnectAsync(HttpContext context)
    {
        if (!RawTarget.EndsWithSlash(context))
            throw ApiException.NoRoute();
        if (!context.WebSockets.IsWebSocketRequest)
            throw ApiException.BadRequest("This address is for WebSockets.");
        return sockets.ServeAsync(context);
    }

    private async Task NotifyAsync(HttpContext context)
    {
        var doctype = RawTarget.Segment(context, DoctypeSegment);
        var id = RawTarget.Segment(context, DocumentSegment);
        Doctypes.RequireReadable(doctype);
        if (!context.Caller().Permissions.AllowsSome(Verbs.Post, doctype))
            throw ApiException.Forbidden();

        // Which document it is about is in the address, whatever the message says.
        var body = DocumentCodec.Parse(
            await JsonBody.ReadAsync(context, web.Value, options.Value.MaxNotificationBytes), ParseOptions.IgnoringType);
        context.Caller().Require(Verbs.Post, doctype, id, body.Members);

        await grains.GetGrain<IRealtimeGrain>(context.Instance().Id)
            .NotifyAsync(new DocumentEvent(doctype, EventVerb.Notified, id, null, body.Members));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
