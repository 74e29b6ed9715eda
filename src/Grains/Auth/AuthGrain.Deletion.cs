using Cozy.Grains.Errors;

namespace Cozy.Grains.Auth;

/// <summary>Giving the instance up.</summary>
internal sealed partial class AuthGrain
{
    private const string DeletionLink = "instance deletion";

    public async Task<string> AskAsync(Uri page)
    {
        _mails.RequireEnabled();
        var instance = await RequireInstanceAsync();
        if (instance.Email is not { Length: > 0 } email)
            throw CozyException.BadRequest("The owner has no mail address.", "no_mail_address");
        if (!_ownMails.TryTake(DeletionLink))
            throw AttemptLimits.TooMany();

        var token = TwoFactorTokens.Issue(
            instance.SessionSecret.Span, DeletionLink, email, _time.GetUtcNow() + _options.DeletionLinkLifetime);
        var minutes = (int)Math.Ceiling(_options.DeletionLinkLifetime.TotalMinutes);
        var link = WithToken(page, token);
        await _mails.SendAsync(instance, (texts, name, domain) => texts.ConfirmDeletion(name, domain, link, minutes));
        return email;
    }

    public async Task<bool> IsAskedAsync(string token)
    {
        var instance = await RequireInstanceAsync();
        return !string.IsNullOrEmpty(instance.Email)
            && TwoFactorTokens.Check(instance.SessionSecret.Span, DeletionLink, instance.Email, token, _time.GetUtcNow(), out _);
    }
}
