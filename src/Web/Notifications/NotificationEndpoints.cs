using System.Text.Json;
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
    private static readonly string[] Ways = ["mobile", "sms", "mail"];

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
        var sent = await grains.GetGrain<INotificationsGrain>(context.Instance().Id).SendAsync(Read(attributes, originator, token.Subject ?? ""));
        await JobResource.WriteAsync(context, StatusCodes.Status201Created, "io.cozy.notifications", sent, $"/notifications/{sent.Id}");
    }

    private NewNotification Read(JsonElement attributes, string originator, string sender) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
        Originator = originator,
        Sender = sender,
        Category = JobRequests.Text(attributes, "category") ?? "",
        CategoryId = JobRequests.Text(attributes, "category_id") ?? "",
        Title = JobRequests.Text(attributes, "title") ?? "",
        Message = JobRequests.Text(attributes, "message"),
        Priority = JobRequests.Text(attributes, "priority") is "high" or "normal" or null ? JobRequests.Text(attributes, "priority") : throw ApiException.Invalid("/data/attributes/priority", "It is normal or high."),
        Sound = JobRequests.Text(attributes, "sound"),
        State = attributes.TryGetProperty("state", out var state) && state.ValueKind != JsonValueKind.Null
            ? state.ValueKind == JsonValueKind.String ? state.GetString() : state.GetRawText()
            : null,
        Data = attributes.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? JsonSerializer.SerializeToUtf8Bytes(data) : default,
        Channels = attributes.TryGetProperty("preferred_channels", out var ways) && ways.ValueKind == JsonValueKind.Array
            ? [.. ways.EnumerateArray().Where(way => way.ValueKind == JsonValueKind.String).Select(way => way.GetString()!).Where(Ways.Contains).Distinct()]
            : [],
        At = JobRequests.Text(attributes, "at") is not { Length: > 0 } at ? null
            : DateTimeOffset.TryParse(at, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var when) ? when
            : throw ApiException.Invalid("/data/attributes/at", "It is no time."),
        Content = JobRequests.Text(attributes, "content"),
        ContentHtml = JobRequests.Text(attributes, "content_html"),
    };
}
