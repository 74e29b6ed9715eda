using System.Text.Json;
using Cozy.Grains.Instances;
using Cozy.Grains.Mail;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Notifications;

/// <summary>What the server itself tells owners, with the categories of cozy-stack.</summary>
internal static class ServerNotices
{
    /// <summary>Of what the owner is told about the room that is left.</summary>
    public const string DiskQuotaSource = $"cozy/{NewNotification.OfServer}//{DiskQuota}/";

    private const string DiskQuota = "disk-quota";
    private const string DiskQuotaRules = """{"stateful":true,"collapsible":true,"min_interval":"168h"}""";

    /// <summary>The files take nearly all the room there is.</summary>
    /// <param name="instance">Whose.</param>
    /// <param name="root">The address of the instance; null when it has none here.</param>
    /// <param name="now">The time.</param>
    public static NewNotification DiskNearlyFull(Instance instance, string? root, DateTimeOffset now)
    {
        var texts = OwnerMails.TextsOf(instance.Locale);
        var mail = texts.DiskNearlyFull(instance.PublicName ?? "", instance.Domain, root is null ? null : new Uri(root));
        return new NewNotification
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Originator = NewNotification.OfServer,
            Sender = "",
            Category = DiskQuota,
            CategoryRules = System.Text.Encoding.UTF8.GetBytes(DiskQuotaRules),
            Title = mail.Subject,
            Message = mail.Before[0],
            State = "true",
            Data = JsonSerializer.SerializeToUtf8Bytes(new { appName = "", redirectLink = "settings/#/storage" }),
            Channels = ["mobile"],
            Content = MailLayout.Text(mail, instance.Domain),
            ContentHtml = MailLayout.Html(mail, instance.Domain, texts.Tag),
        };
    }

    /// <summary>The members of a notification whose matter is over.</summary>
    public static ReadOnlyMemory<byte> Ended(JsonElement notification) => Json.Members(json =>
    {
        foreach (var member in notification.EnumerateObject().Where(member => member.Name != "state"))
            member.WriteTo(json);
        json.WriteBoolean("state", false);
    });
}
