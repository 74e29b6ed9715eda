namespace Cozy.Grains.Auth;

/// <summary>Codes by mail that show that a client is the owner's own application.</summary>
internal sealed partial class AuthGrain
{
    private const string Certification = "certify client";

    public async ValueTask<bool> CanSendAsync() => _mails.IsEnabled && await Instance.GetAsync() is { Email.Length: > 0 };

    public async Task<string> SendCodeAsync(string clientId, string clientName)
    {
        _mails.RequireEnabled();
        var instance = await RequireInstanceAsync();
        if (!_ownMails.TryTake(Certification))
            throw AttemptLimits.TooMany();

        var (secret, now) = (instance.SessionSecret, _time.GetUtcNow());
        var token = TwoFactorTokens.Issue(secret.Span, Certification, clientId, now + _options.CodeLifetime);
        TwoFactorTokens.Check(secret.Span, Certification, clientId, token, now, out var nonce);
        var code = TwoFactorTokens.CodeFor(secret.Span, Certification, nonce);
        await _mails.SendAsync(instance, (texts, name, domain) => texts.CertificationCode(name, domain, clientName, code, Minutes()));
        return token;
    }

    public async Task<bool> CheckCodeAsync(string clientId, string token, string code)
    {
        if (await Instance.GetAsync() is not { } instance
            || !TwoFactorTokens.Check(instance.SessionSecret.Span, Certification, clientId, token, _time.GetUtcNow(), out var nonce))
        {
            return false;
        }

        if (!_guesses.TryTake(nonce))
            throw AttemptLimits.TooMany();
        if (!TwoFactorTokens.AreEqual(TwoFactorTokens.CodeFor(instance.SessionSecret.Span, Certification, nonce), code))
            return false;

        // Good once.
        _guesses.Exhaust(nonce);
        return true;
    }
}
