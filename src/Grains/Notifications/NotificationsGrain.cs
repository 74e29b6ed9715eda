using System.Text;
using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Jobs;
using Cozy.Grains.OAuth;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Document = Cozy.Grains.Doctypes.Document;

namespace Cozy.Grains.Notifications;

/// <summary>One notification at a time, so that two for the same thing see each other; there are few.</summary>
[GrainType("notifications"), PreferLocalPlacement]
internal sealed class NotificationsGrain(IOptions<JobsOptions> options, TimeProvider time) : Grain, INotificationsGrain
{
    private const string Doctype = "io.cozy.notifications";
    private const int MostBytes = 256 * 1024;
    private const string Index = """{"index":{"fields":["source_id","created_at"]},"ddoc":"by-source-id","name":"by-source-id"}""";

    private bool _isIndexed;

    private string InstanceId => this.GetPrimaryKeyString();

    private IDoctypeGrain Documents => GrainFactory.GetGrain<IDoctypeGrain>(DoctypeKey.Of(InstanceId, Doctype));

    public async Task<Document> SendAsync(NewNotification notification)
    {
        var category = await FindCategoryAsync(notification);
        if (notification.Title.Length == 0)
            throw CozyException.BadRequest("Notification is not valid");
        var source = $"cozy/{notification.Originator}/{(notification.Originator == "oauth" ? "" : notification.Sender)}/{notification.Category}/{notification.CategoryId}";
        var now = time.GetUtcNow();
        if (await FindLastAsync(source) is { } last)
        {
            using var json = Json.Parse(last.Members);
            var sent = json.RootElement.Time("last_sent") ?? default;
            if (last.Id == notification.Id || !category.Allows(notification.State, json.RootElement.Text("state"), sent, now))
                return last;
        }

        var members = Members(notification, category, source, now);
        if (members.Length > MostBytes)
            throw new CozyException(ErrorKind.TooLarge, "too_large", $"A notification has at most {MostBytes} bytes.");

        // The jobs first: they have keys, so that trying again makes no second ones, and the document says that they are there.
        await DeliverAsync(notification, category, source);
        var outcome = (await Documents.EditAsync([new Edit(notification.Id, null, false, members)]))[0];
        return outcome.Revision is { } revision
            ? new Document(notification.Id, revision, false, members)
            : await Documents.ReadAsync(notification.Id) ?? throw CozyException.Conflict("The notification was written by somebody else.");
    }

    private async Task<NotificationCategory> FindCategoryAsync(NewNotification notification)
    {
        if (notification.Originator == NewNotification.OfServer)
            return NotificationCategory.Read(JsonElement.Parse(notification.CategoryRules.IsEmpty ? "{}"u8 : notification.CategoryRules.Span));
        JsonElement categories = default;
        if (notification.Originator == "oauth")
        {
            if (await GrainFactory.GetGrain<IOAuthGrain>(InstanceId).FindAsync(notification.Sender) is { Notifications.IsEmpty: false } client)
                categories = JsonElement.Parse(client.Notifications.Span);
        }
        else
        {
            var kind = notification.Originator == "konnector" ? AppKind.Connector : AppKind.WebApp;
            var app = await GrainFactory.GetGrain<IAppsGrain>(InstanceId).FindAsync(kind, notification.Sender)
                ?? throw CozyException.NotFound("Application is not installed");
            using var json = Json.Parse(app.Members);
            if (json.RootElement.TryGetProperty("notifications", out var found))
                categories = found.Clone();
        }

        if (categories.ValueKind != JsonValueKind.Object)
            throw new CozyException(ErrorKind.Forbidden, "forbidden", "No category for this app");
        return NotificationCategory.Find(categories, notification.Category)
            ?? throw new CozyException(ErrorKind.Forbidden, "forbidden", "Notification category does not exist");
    }

    private async Task<Document?> FindLastAsync(string source)
    {
        if (!_isIndexed)
            await Documents.CreateIndexAsync(Encoding.UTF8.GetBytes(Index));
        _isIndexed = true;
        var query = $$"""
            {"selector":{"source_id":{{JsonSerializer.Serialize(source)}},"created_at":{"$gt":null} },
             "sort":[{"source_id":"desc"},{"created_at":"desc"}],"use_index":"by-source-id","limit":1}
            """;
        var found = await Documents.FindAsync(new MangoQuery(Encoding.UTF8.GetBytes(query), false));
        if (found.Documents.Count == 0)
            return null;
        var parsed = DocumentCodec.Parse(found.Documents[0].Span);
        return new Document(parsed.Id!, parsed.Revision!, false, parsed.Members);
    }

    private static ReadOnlyMemory<byte> Members(NewNotification notification, NotificationCategory category, string source, DateTimeOffset now) =>
        Json.Members(json =>
        {
            json.WriteString("source_id", source);
            json.WriteString("originator", notification.Originator);
            if (notification.Originator != "oauth")
                json.WriteOptional("slug", notification.Sender);
            json.WriteString("category", notification.Category);
            json.WriteOptional("category_id", notification.CategoryId);
            json.WriteTime("created_at", now);
            json.WriteTime("last_sent", now);
            json.WriteString("title", notification.Title);
            json.WriteOptional("message", notification.Message);
            json.WriteOptional("priority", notification.Priority ?? category.DefaultPriority);
            json.WriteOptional("sound", notification.Sound);
            json.WriteOptional("state", notification.State);
            if (!notification.Data.IsEmpty)
            {
                json.WritePropertyName("data");
                json.WriteRawValue(notification.Data.Span);
            }

            json.WriteOptional("content", notification.Content);
            json.WriteOptional("content_html", notification.ContentHtml);
        });

    /// <summary>Sends by the first way that there is.</summary>
    private async Task DeliverAsync(NewNotification notification, NotificationCategory category, string source)
    {
        foreach (var channel in notification.Channels.Append("mail"))
        {
            if (channel == "mobile" && options.Value.PushGateway is not null && await HasDeviceAsync())
            {
                await PushAsync(notification, "push", Device(notification, category, source));
                return;
            }

            if (channel == "sms" && options.Value.SmsGateway is not null)
            {
                await PushAsync(notification, "sms", Device(notification, category, source));
                return;
            }

            if (channel == "mail" && (notification.Content ?? notification.ContentHtml ?? notification.Message) is not null)
            {
                await PushAsync(notification, "sendmail", Mail(notification));
                return;
            }
        }
    }

    private async Task PushAsync(NewNotification notification, string worker, object message) => await GrainFactory.GetGrain<IJobQueueGrain>(InstanceId).PushAsync(new NewJob
    {
        Worker = worker,
        Message = JsonSerializer.SerializeToUtf8Bytes(message),
        IdempotencyKey = $"notification {notification.Id}",
        NotBefore = notification.At,
    });

    private static object Device(NewNotification notification, NotificationCategory category, string source) => new
    {
        notification_id = notification.Id,
        source,
        title = notification.Title,
        message = notification.Message,
        priority = notification.Priority ?? category.DefaultPriority ?? "normal",
        sound = notification.Sound,
        collapsible = category.IsCollapsible,
        data = notification.Data.IsEmpty ? default(JsonElement?) : JsonElement.Parse(notification.Data.Span),
    };

    private static object Mail(NewNotification notification) => new
    {
        mode = "noreply",
        subject = notification.Title,
        parts = new[] { ("text/plain", notification.Content ?? (notification.ContentHtml is null ? notification.Message : null)), ("text/html", notification.ContentHtml) }
            .Where(part => part.Item2 is not null).Select(part => new { type = part.Item1, body = part.Item2 }),
    };

    private async Task<bool> HasDeviceAsync() => (await DevicesAsync(GrainFactory, InstanceId)).Count > 0;

    /// <summary>The devices that notifications can be pushed to.</summary>
    public static async Task<IReadOnlyList<OAuthClient>> DevicesAsync(IGrainFactory grains, string instanceId)
    {
        const int PageSize = 200;
        var devices = new List<OAuthClient>();
        string? after = null;
        while (true)
        {
            var page = await grains.GetGrain<IOAuthGrain>(instanceId).ListAsync(PageSize, after);
            // Anybody may register: only who was let in by the owner is told anything.
            devices.AddRange(page.Clients.Where(client => !client.IsPending && !string.IsNullOrEmpty(client.NotificationPlatform) && !string.IsNullOrEmpty(client.NotificationDeviceToken)));
            if (!page.HasMore || page.Clients.Count == 0)
                return devices;
            after = page.Clients[^1].Id;
        }
    }
}
