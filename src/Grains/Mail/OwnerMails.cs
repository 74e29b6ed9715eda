using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Mail.Languages;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Mail;

/// <summary>Mails to the owner of an instance, in the owner's language.</summary>
internal sealed class OwnerMails(IGrainFactory grains, IOptions<MailOptions> options)
{
    private static readonly EnglishMails English = new();
    private static readonly FrenchMails French = new();

    private readonly MailOptions _options = options.Value;

    /// <summary>Whether this server sends mail.</summary>
    public bool IsEnabled => _options.IsEnabled;

    /// <summary>Fails unless this server sends mail.</summary>
    /// <exception cref="CozyException">Unavailable.</exception>
    public void RequireEnabled()
    {
        if (!IsEnabled)
            throw new CozyException(ErrorKind.Unavailable, "mail_disabled", "This server sends no mail.");
    }

    /// <summary>Sends a mail, which is durable when this returns.</summary>
    /// <param name="instance">Whose owner.</param>
    /// <param name="write">What it says, given the language, the owner's name and the domain.</param>
    /// <param name="address">Another address than the owner's.</param>
    /// <exception cref="CozyException">Unavailable; BadRequest: the owner has no mail address.</exception>
    public Task SendAsync(Instance instance, Func<IMailTexts, string, string, MailContent> write, string? address = null)
    {
        RequireEnabled();
        var to = address ?? instance.Email;
        if (string.IsNullOrEmpty(to))
            throw CozyException.BadRequest("The owner has no mail address.", "no_mail_address");

        var texts = TextsOf(instance.Locale);
        var name = instance.PublicName ?? "";
        var content = write(texts, name, instance.Domain);
        return grains.GetGrain<IMailQueueGrain>(0).AddAsync(new OutgoingMail
        {
            InstanceId = instance.Id,
            To = [new MailAddress(to, name)],
            From = new MailAddress(_options.From ?? $"noreply@{HostOf(instance.Domain)}", _options.FromName),
            Subject = content.Subject,
            Text = MailLayout.Text(content, instance.Domain),
            Html = MailLayout.Html(content, instance.Domain, texts.Tag),
        });
    }

    internal static IMailTexts TextsOf(string locale) =>
        locale.Split('-', '_')[0].Equals("fr", StringComparison.OrdinalIgnoreCase) ? French : English;

    private static string HostOf(string domain)
    {
        var colon = domain.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? domain : domain[..colon];
    }
}
