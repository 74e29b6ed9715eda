using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.Mail.Languages;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Mail;

/// <summary>Mails to the owner of an instance, in the owner's language.</summary>
internal sealed class OwnerMails(IGrainFactory grains, MailSeal seal, IOptions<MailOptions> options)
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
        return SendAsync(instance.Id, new OutgoingMail
        {
            To = [new MailAddress(to, name)],
            From = new MailAddress(_options.From ?? $"noreply@{MailRules.HostOf(instance.Domain)}", _options.FromName),
            Subject = content.Subject,
            Text = MailLayout.Text(content, instance.Domain),
            Html = MailLayout.Html(content, instance.Domain, texts.Tag),
        });
    }

    /// <summary>Sends a mail on behalf of an instance; it is durable when this returns.</summary>
    /// <exception cref="CozyException">Unavailable; Invalid: an address is none.</exception>
    public Task SendAsync(string instanceId, OutgoingMail mail)
    {
        RequireEnabled();
        if (mail.To.Count == 0 || !mail.To.All(to => MailRules.IsAddress(to.Address)))
            throw CozyException.Invalid("email", "It is not a mail address.");

        // Apps that send much must not keep the owner from getting in.
        return grains.GetGrain<IJobQueueGrain>(instanceId).PushAsync(new NewJob
        {
            Worker = "sendmail",
            Message = seal.Seal(mail),
            IsManual = true,
            IsOfServer = true,
        });
    }

    internal static IMailTexts TextsOf(string locale) =>
        locale.Split('-', '_')[0].Equals("fr", StringComparison.OrdinalIgnoreCase) ? French : English;
}
