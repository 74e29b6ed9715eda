using System.Text.Json;
using Cozy.Grains.Notifications;
using Cozy.Web.Errors;
using Cozy.Web.Jobs;

namespace Cozy.Web.Notifications;

/// <summary>Reads what senders say.</summary>
internal static class NotificationRequests
{
    private static readonly string[] Ways = ["mobile", "sms", "mail"];

    /// <summary>A notification.</summary>
    /// <param name="attributes">What was sent.</param>
    /// <param name="originator">What kind of sender it has.</param>
    /// <param name="sender">The sender.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ApiException">400, 422.</exception>
    public static NewNotification Read(JsonElement attributes, string originator, string sender, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now).ToString("N"),
        Originator = originator,
        Sender = sender,
        Category = JobRequests.Text(attributes, "category") ?? "",
        CategoryId = JobRequests.Text(attributes, "category_id") ?? "",
        Title = JobRequests.Text(attributes, "title") ?? "",
        Message = JobRequests.Text(attributes, "message"),
        Priority = JobRequests.Text(attributes, "priority") is "high" or "normal" or null ? JobRequests.Text(attributes, "priority") : throw ApiException.Invalid("/data/attributes/priority", "It is normal or high."),
        Sound = JobRequests.Text(attributes, "sound"),
        State = attributes.TryGetProperty("state", out var state) && state.ValueKind != JsonValueKind.Null
            ? JsonSerializer.Serialize(state)
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
