using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Mail;

namespace Cozy.Grains.Auth;

/// <summary>Changing the mail address.</summary>
internal sealed partial class AuthGrain
{
    private const string EmailLink = "email change";

    public async Task StartAsync(EmailChange change)
    {
        _mails.RequireEnabled();
        if (!MailRules.IsAddress(change.Email))
            throw CozyException.Invalid("email", "It is not a mail address.");

        var instance = await RequireInstanceAsync();
        await RequirePassphraseAsync(instance, change.DerivedPassphrase, change.Visitor);
        RequireMailLeft();
        await _settings.WritePendingEmailAsync(change.Email);
        await SendEmailLinkAsync(instance, change.Email, change.Page);
    }

    public async Task ResendAsync(Uri page)
    {
        _mails.RequireEnabled();
        var pending = await _settings.ReadPendingEmailAsync();
        if (string.IsNullOrEmpty(pending))
            throw CozyException.BadRequest("no pending email", "no_pending_email");
        RequireMailLeft();
        await SendEmailLinkAsync(await RequireInstanceAsync(), pending, page);
    }

    public async Task CancelAsync()
    {
        if (!string.IsNullOrEmpty(await _settings.ReadPendingEmailAsync()))
            await _settings.WritePendingEmailAsync(null);
    }

    public async Task<bool> ConfirmAsync(string token, Visitor visitor)
    {
        var instance = await RequireInstanceAsync();
        var pending = await _settings.ReadPendingEmailAsync();
        if (string.IsNullOrEmpty(pending)
            || !TwoFactorTokens.Check(instance.SessionSecret.Span, EmailLink, pending, token, _time.GetUtcNow(), out _))
        {
            return false;
        }

        await _settings.WriteEmailAsync(pending);
        await Instance.SettingsChangedAsync();
        await RecordAsync(new SecurityEvent { Event = SecurityEvents.EmailChanged, Subject = pending, Visitor = visitor });
        if (!string.IsNullOrEmpty(instance.Email) && instance.Email != pending)
            await TellAsync(instance, (texts, name, domain) => texts.EmailChanged(name, domain, pending), instance.Email);
        return true;
    }

    private Task SendEmailLinkAsync(Instance instance, string email, Uri page)
    {
        var token = TwoFactorTokens.Issue(
            instance.SessionSecret.Span, EmailLink, email, _time.GetUtcNow() + _options.EmailLinkLifetime);
        var link = WithToken(page, token);
        var hours = (int)Math.Ceiling(_options.EmailLinkLifetime.TotalHours);
        return _mails.SendAsync(instance, (texts, name, domain) => texts.ConfirmEmail(name, domain, link, hours), email);
    }

    private void RequireMailLeft()
    {
        if (!_ownMails.TryTake(EmailLink))
            throw AttemptLimits.TooMany();
    }
}
