using System.Text.Json;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.Storage;

namespace Cozy.Grains.Mail;

/// <summary>Reads mails as apps describe them in jobs for <c>sendmail</c>, with cozy-stack's names.</summary>
internal static class MailRequest
{
    private const int MostRecipients = 100;
    private const string FileId = "file_id";

    /// <summary>The mail.</summary>
    /// <param name="message">What the app wrote.</param>
    /// <param name="instance">Whose app it is.</param>
    /// <param name="options">The server's addresses.</param>
    /// <exception cref="JobFailedException">It makes no sense.</exception>
    public static OutgoingMail Read(JsonElement message, Instance instance, MailOptions options)
    {
        if (message.ValueKind != JsonValueKind.Object)
            throw Wrong("the message is not an object");
        if (message.Text("template_name") is { Length: > 0 })
            throw Wrong("there is no such template");
        var (text, html) = ReadParts(message);
        var owner = new MailAddress(instance.Email ?? "", instance.PublicName ?? "");
        var mode = message.Text("mode");
        return new OutgoingMail
        {
            To = mode switch
            {
                "noreply" or "campaign" or "pending" => [Known(owner, "the owner has no mail address")],
                "support" => [new MailAddress(options.SupportAddress ?? throw Wrong("there is nobody to ask for support"))],
                "from" => Recipients(message),
                _ => throw Wrong("unknown mode"),
            },
            From = new MailAddress(
                options.From ?? $"noreply@{MailRules.HostOf(instance.Domain)}",
                mode is "from" or "support" && owner.Name.Length > 0 ? owner.Name : options.FromName),
            ReplyTo = ReplyTo(message, mode, owner),
            Subject = message.Text("subject") is { Length: > 0 } subject ? subject.ReplaceLineEndings(" ") : throw Wrong("missing subject"),
            Text = text,
            Html = html,
            Attachments = Attachments(message),
        };
    }

    private static MailAddress? ReplyTo(JsonElement message, string? mode, MailAddress owner)
    {
        if (message.TryGetProperty("reply_to", out var given) && given.ValueKind == JsonValueKind.Object)
            return Address(given);
        return mode is "from" or "support" && owner.Address.Length > 0 ? Known(owner, "the owner has no mail address") : null;
    }

    private static (string? Text, string? Html) ReadParts(JsonElement message)
    {
        string? text = null, html = null;
        if (message.TryGetProperty("parts", out var parts) && parts.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in parts.EnumerateArray())
            {
                if (part.Text("type") == "text/html")
                    html = part.Text("body");
                else if (part.Text("type") == "text/plain")
                    text = part.Text("body");
                else
                    throw Wrong("a part is neither text/plain nor text/html");
            }
        }

        return text is null && html is null ? throw Wrong("missing content") : (text, html);
    }

    private static MailAddress[] Recipients(JsonElement message)
    {
        var list = message.TryGetProperty("to", out var to) && to.ValueKind == JsonValueKind.Array ? to.EnumerateArray().Select(Address).ToArray() : [];
        return list.Length is 0 or > MostRecipients ? throw Wrong($"a mail has 1 to {MostRecipients} recipients") : list;
    }

    private static MailAddress Address(JsonElement json) => json.ValueKind == JsonValueKind.Object
        ? Known(new MailAddress(json.Text("email") ?? "", json.Text("name") ?? ""), "it is not a mail address")
        : throw Wrong("it is not a mail address");

    private static MailAddress Known(MailAddress address, string otherwise) =>
        MailRules.IsAddress(address.Address) ? address with { Name = address.Name.ReplaceLineEndings(" ") } : throw Wrong(otherwise);

    /// <summary>The owner's files that go with it, each with the name it is to have there; null for its own.</summary>
    /// <exception cref="JobFailedException">It makes no sense.</exception>
    public static IReadOnlyList<(string Id, string? Name)> Files(JsonElement message) =>
        [.. AttachmentsOf(message).Where(one => one.Text(FileId) is not null).Select(one => (one.Text(FileId)!, one.Text("filename")))];

    private static MailAttachment[] Attachments(JsonElement message) =>
    [
        .. AttachmentsOf(message).Where(one => one.Text(FileId) is null).Select(one => new MailAttachment(
            one.Text("filename") ?? "file",
            one.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String && content.TryGetBytesFromBase64(out var bytes)
                ? bytes
                : throw Wrong("an attachment is not in base64"))),
    ];

    private static JsonElement[] AttachmentsOf(JsonElement message)
    {
        if (!message.TryGetProperty("attachments", out var list) || list.ValueKind != JsonValueKind.Array)
            return [];
        var all = list.EnumerateArray().ToArray();
        return all.All(one => one.ValueKind == JsonValueKind.Object) ? all : throw Wrong("an attachment is not an object");
    }

    private static JobFailedException Wrong(string detail) => new($"emailer: {detail}", isFinal: true);
}
