using System.Text;
using System.Text.Json;
using Cozy.Grains.Apps;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.Jobs.Programs;
using Cozy.Grains.OAuth;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Document = Cozy.Grains.Doctypes.Document;

namespace Cozy.Grains.Notifications;

/// <summary>One notification at a time, so that two for the same thing see each other; there are few.</summary>
[GrainType("notifications"), PreferLocalPlacement]
internal sealed class NotificationsGrain(
    IOptions<JobsOptions> options, ProgramFiles files, TimeProvider time, IProgramFront? front = null) : Grain, INotificationsGrain
{
    private const string Doctype = "io.cozy.notifications";
    private const string OfDevice = "oauth";
    private const int MostBytes = 256 * 1024;
    private const string Index = """{"index":{"fields":["source_id","created_at"]},"ddoc":"by-source-id","name":"by-source-id"}""";

    private bool _isIndexed;

    private string InstanceId => this.GetPrimaryKeyString();

    private IDoctypeGrain Documents => GrainFactory.GetGrain<IDoctypeGrain>(DoctypeKey.Of(InstanceId, Doctype));

    public async Task<Document> SendAsync(NewNotification notification)
    {
        var (category, app) = await FindCategoryAsync(notification);
        if (notification.Title.Length == 0)
            throw CozyException.BadRequest("Notification is not valid");
        var slug = SlugOf(notification, app);
        var source = SourceOf(notification, slug);
        var now = time.GetUtcNow();
        var fate = category.First(notification.State);
        var lastSent = fate == NotificationFate.Sent ? now : now - category.MinInterval;
        if (await FindLastAsync(source) is { } last)
        {
            using var json = Json.Parse(last.Members);
            var sent = json.RootElement.Time("last_sent") ?? default;
            fate = category.After(notification.State, StateOf(json.RootElement), sent, now);
            if (last.Id == notification.Id || fate == NotificationFate.Dropped)
                return last;
            lastSent = fate == NotificationFate.Sent ? now : sent;
        }

        notification = await FromTemplateAsync(notification, category, app);
        var members = Members(notification, category, source, slug, now, lastSent);
        if (members.Length > MostBytes)
            throw new CozyException(ErrorKind.TooLarge, "too_large", $"A notification has at most {MostBytes} bytes.");

        // The jobs first: they have keys, so that trying again makes no second ones, and the document says that they are there.
        if (fate == NotificationFate.Sent)
            await DeliverAsync(notification, category, source);
        var outcome = (await Documents.EditAsync([new Edit(notification.Id, null, false, members)]))[0];
        return outcome.Revision is { } revision
            ? new Document(notification.Id, revision, false, members)
            : await Documents.ReadAsync(notification.Id) ?? throw CozyException.Conflict("The notification was written by somebody else.");
    }

    public async Task TellOfDiskUsageAsync(bool isNearlyFull)
    {
        if (!isNearlyFull)
            await EndAsync(ServerNotices.DiskQuotaSource);
        else if (await GrainFactory.GetGrain<IInstanceGrain>(InstanceId).GetAsync() is { } instance)
            await SendAsync(ServerNotices.DiskNearlyFull(instance, front?.UrlOf(instance), time.GetUtcNow()));
    }

    /// <summary>Marks what was told last as over: the next time it is news again.</summary>
    private async Task EndAsync(string source)
    {
        try
        {
            if (await QueryLastAsync(source) is not { } last)
                return;
            using var json = Json.Parse(last.Members);
            if (StateOf(json.RootElement) == "true")
                await Documents.EditAsync([new Edit(last.Id, last.Revision, false, ServerNotices.Ended(json.RootElement))]);
        }
        catch (CozyException failure) when (failure.Kind is ErrorKind.NotFound or ErrorKind.BadRequest)
        {
            // Without documents, or an index of them, nothing was ever told.
        }
    }

    private static string SourceOf(NewNotification notification, string slug) =>
        $"cozy/{notification.Originator}/{slug}/{notification.Category}/{notification.CategoryId}";

    /// <summary>The app that speaks, or that the device is of; empty for none.</summary>
    private static string SlugOf(NewNotification notification, InstalledApp? app) => app?.Slug ?? (notification.Originator == OfDevice ? "" : notification.Sender);

    private static string? StateOf(JsonElement document) =>
        document.TryGetProperty("state", out var state) && state.ValueKind != JsonValueKind.Null ? state.GetRawText() : null;

    private async Task<(NotificationCategory Category, InstalledApp? App)> FindCategoryAsync(NewNotification notification)
    {
        if (notification.Originator == NewNotification.OfServer)
            return (NotificationCategory.Read(JsonElement.Parse(notification.CategoryRules.IsEmpty ? "{}"u8 : notification.CategoryRules.Span)), null);
        JsonElement categories = default;
        var slug = notification.Sender;
        if (notification.Originator == OfDevice)
        {
            var client = await GrainFactory.GetGrain<IOAuthGrain>(InstanceId).FindAsync(notification.Sender);
            slug = client?.LinkedApp ?? "";
            if (client is { LinkedApp: null, Notifications.IsEmpty: false })
                categories = JsonElement.Parse(client.Notifications.Span);
        }

        var app = slug.Length == 0 ? null : await FindAppAsync(notification.Originator == "konnector" ? AppKind.Connector : AppKind.WebApp, slug);
        if (app is not null)
        {
            using var json = Json.Parse(app.Members);
            if (json.RootElement.TryGetProperty("notifications", out var found))
                categories = found.Clone();
        }

        if (categories.ValueKind != JsonValueKind.Object)
            throw new CozyException(ErrorKind.Forbidden, "forbidden", "No category for this app");
        return (NotificationCategory.Find(categories, notification.Category)
            ?? throw new CozyException(ErrorKind.Forbidden, "forbidden", "Notification category does not exist"), app);
    }

    private async Task<InstalledApp> FindAppAsync(AppKind kind, string slug) =>
        await GrainFactory.GetGrain<IAppsGrain>(InstanceId).FindAsync(kind, slug) ?? throw CozyException.NotFound("Application is not installed");

    /// <summary>The notification with the mail that the category's template makes of it, unless it brings one itself.</summary>
    private async Task<NewNotification> FromTemplateAsync(NewNotification notification, NotificationCategory category, InstalledApp? app)
    {
        if (app is null || category.MailTemplate is not { } path || (notification.Content ?? notification.ContentHtml) is not null)
            return notification;
        try
        {
            var template = await files.ReadTextAsync(app, NotificationTemplate.PathOf(path), NotificationTemplate.MostBytes);
            return NotificationTemplate.IsHtml(path)
                ? notification with { Content = notification.Message, ContentHtml = NotificationTemplate.Fill(template, notification, isHtml: true) }
                : notification with { Content = NotificationTemplate.Fill(template, notification, isHtml: false) };
        }
        catch (JobFailedException failure)
        {
            throw new CozyException(ErrorKind.BadRequest, "bad_template", $"The template of the category cannot be used: {failure.Message}");
        }
    }

    private async Task<Document?> FindLastAsync(string source)
    {
        if (!_isIndexed)
            await Documents.CreateIndexAsync(Encoding.UTF8.GetBytes(Index));
        _isIndexed = true;
        return await QueryLastAsync(source);
    }

    private async Task<Document?> QueryLastAsync(string source)
    {
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

    private static ReadOnlyMemory<byte> Members(NewNotification notification, NotificationCategory category, string source, string slug, DateTimeOffset now, DateTimeOffset lastSent) =>
        Json.Members(json =>
        {
            json.WriteString("source_id", source);
            json.WriteString("originator", notification.Originator);
            json.WriteOptional("slug", slug);
            json.WriteString("category", notification.Category);
            json.WriteOptional("category_id", notification.CategoryId);
            json.WriteTime("created_at", now);
            json.WriteTime("last_sent", lastSent);
            json.WriteString("title", notification.Title);
            json.WriteOptional("message", notification.Message);
            json.WriteOptional("priority", notification.Priority ?? category.DefaultPriority);
            json.WriteOptional("sound", notification.Sound);
            if (notification.State is not null)
            {
                json.WritePropertyName("state");
                json.WriteRawValue(notification.State);
            }

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

            if (channel == "mail" && HasMail(notification))
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

    private static bool HasMail(NewNotification notification) => (notification.Content ?? notification.ContentHtml ?? notification.Message) is not null;

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
        mail_fallback = HasMail(notification) ? Mail(notification) : null,
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
