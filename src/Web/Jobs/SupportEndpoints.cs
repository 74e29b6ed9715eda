using System.Text.Json;
using Cozy.Grains.Jobs;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Jobs;

/// <summary>Mails that apps have sent without saying to whom: <c>/jobs/support</c> and <c>/jobs/campaign-emails</c>.</summary>
internal sealed class SupportEndpoints(IGrainFactory grains, IOptions<WebOptions> options)
{
    private const string Worker = "sendmail";
    private const string Doctype = "io.cozy.support";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/jobs/support", (RequestDelegate)SupportAsync).RequiresToken();
        routes.MapPost("/jobs/campaign-emails", (RequestDelegate)CampaignAsync).RequiresToken();
    }

    private async Task SupportAsync(HttpContext context)
    {
        var caller = context.Caller();
        if (!caller.Permissions.AllowsAll(Verbs.Post, Doctype))
            JobAccess.Require(caller, Verbs.Post, JobAccess.Jobs, Worker);
        var arguments = await ReadAsync(context);
        await PushAsync(context, "support", JobRequests.Text(arguments, "subject") ?? "", JsonSerializer.SerializeToElement(
            new[] { new { type = "text/plain", body = JobRequests.Text(arguments, "body") ?? "" } }));
    }

    private async Task CampaignAsync(HttpContext context)
    {
        JobAccess.Require(context.Caller(), Verbs.Post, JobAccess.Jobs, Worker);
        var arguments = await ReadAsync(context);
        if (!arguments.TryGetProperty("parts", out var parts) || parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() == 0)
            throw ApiException.BadRequest("emailer: missing content");
        if (JobRequests.Text(arguments, "subject") is not { Length: > 0 } subject)
            throw ApiException.BadRequest("emailer: missing subject");
        await PushAsync(context, "campaign", subject, parts);
    }

    private async Task<JsonElement> ReadAsync(HttpContext context)
    {
        var attributes = JobRequests.Attributes(await JsonBody.ReadAsync(context, options.Value));
        return attributes.TryGetProperty("arguments", out var arguments) && arguments.ValueKind == JsonValueKind.Object
            ? arguments
            : throw ApiException.BadRequest("the body has no arguments");
    }

    private async Task PushAsync(HttpContext context, string mode, string subject, JsonElement parts)
    {
        await grains.GetGrain<IJobQueueGrain>(context.Instance().Id).PushAsync(new NewJob
        {
            Worker = Worker,
            Message = JsonSerializer.SerializeToUtf8Bytes(new { mode, subject, parts }),
        });
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
