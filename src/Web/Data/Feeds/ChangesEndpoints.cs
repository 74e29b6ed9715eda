using System.Threading.RateLimiting;
using Cozy.CouchDbServer;
using Cozy.CouchDbServer.Changes;
using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Files;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Data.Feeds;

/// <summary>The feed of a doctype's changes: <c>/data/:doctype/_changes</c>.</summary>
internal sealed class ChangesEndpoints(
    CouchProtocol protocol, FileTrees trees, FeedSlots slots, IHostApplicationLifetime lifetime, IOptions<WebOptions> options, TimeProvider time)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder doctype)
    {
        doctype.MapGet("/_changes", (RequestDelegate)AnswerAsync).Requires(Verbs.Get, Target.Doctype);
        doctype.MapPost("/_changes", (RequestDelegate)AnswerAsync).Requires(Verbs.Get, Target.Doctype);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var waits = FeedParameters.Check(context.Request);
        if (context.Request.Query["filter"].ToString().Length == 0)
        {
            // Without a filter there is nothing in a body that matters.
            context.Request.Method = HttpMethods.Get;
        }

        var token = context.Caller().Token;
        if (token is { Audience: TokenAudience.Access, Subject: { } client } && DataRequest.Doctype(context) == WellKnownFiles.Doctype)
            context.Features.Set<IChangesVeil>(new SynchronizedChanges(trees.Of(context), client));

        if (waits)
            await FollowAsync(context);
        else
            await protocol.ChangesAsync(context, DataRequest.Database(context), CancellationToken.None);
    }

    // A feed that is followed for long ends by itself, so that a token that was revoked does not read on for ever.
    private async Task FollowAsync(HttpContext context)
    {
        using var slot = slots.Take(context.Instance().Id);
        context.Features.Get<RateLimitLease>()?.Dispose();
        using var limit = new CancellationTokenSource(options.Value.MaxFeedTime, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, lifetime.ApplicationStopping);
        await protocol.ChangesAsync(context, DataRequest.Database(context), end.Token);
    }
}
