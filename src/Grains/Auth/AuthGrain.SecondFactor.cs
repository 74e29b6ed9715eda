using System.Globalization;
using System.Security.Cryptography;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Storage;
using OtpNet;

namespace Cozy.Grains.Auth;

/// <summary>The second factor.</summary>
internal sealed partial class AuthGrain
{
    /// <summary>The value of <c>auth_mode</c> that asks for a second factor, as cozy-stack has it.</summary>
    private const int WithSecondFactor = 1;

    private const string TwoFactor = "two-factor";
    private const string TrustedDevice = "trusted device";
    private const string Activation = "activate codes by mail";
    private const int ShortestSecret = 16;
    private const int LongestSecret = 64;

    private readonly FactorDocument _factorDocument;
    private readonly LoadOnce<Factor> _factor;
    private readonly AttemptLimits _challenges;
    private readonly AttemptBuckets _guesses;

    public async Task<SecondFactorState> GetStateAsync()
    {
        var instance = await RequireInstanceAsync();
        var factor = await _factor.GetAsync();
        return instance.AuthMode != WithSecondFactor ? new(SecondFactor.None, 0)
            : factor.HasApp ? new(SecondFactor.App, factor.RecoveryHashes.Count)
            : new(SecondFactor.Mail, 0);
    }

    public async Task<string?> ChallengeAsync(Visitor visitor)
    {
        var instance = await RequireInstanceAsync();
        return instance.AuthMode == WithSecondFactor ? await ChallengeAsync(instance, visitor) : null;
    }

    public async Task<bool> VerifyAsync(string token, string code, Visitor visitor)
    {
        var factor = await _factor.GetAsync();
        if (await Instance.GetAsync() is not { } instance
            || !TwoFactorTokens.Check(instance.SessionSecret.Span, TwoFactor, "", token, _time.GetUtcNow(), out var nonce))
        {
            return false;
        }

        if (!_guesses.TryTake(nonce))
            throw AttemptLimits.TooMany();
        var isRight = factor.HasApp
            ? await AcceptAsync(factor, code, visitor)
            : TwoFactorTokens.AreEqual(TwoFactorTokens.CodeFor(instance.SessionSecret.Span, TwoFactor, nonce), code);
        if (isRight)
        {
            // Good once.
            _guesses.Exhaust(nonce);
            _challenges.Forgive(visitor);
        }

        return isRight;
    }

    public async Task SendActivationCodeAsync(Visitor visitor)
    {
        _mails.RequireEnabled();
        var instance = await RequireInstanceAsync();
        if (string.IsNullOrEmpty(instance.Email))
            throw CozyException.BadRequest("The owner has no mail address.", "no_mail_address");

        _challenges.Take(visitor);
        var code = ActivationCode(instance, Period());
        await _mails.SendAsync(instance, (texts, name, domain) => texts.ActivationCode(name, domain, code, Minutes()));
    }

    public async Task<bool> ActivateMailAsync(string code, Visitor visitor)
    {
        var instance = await RequireInstanceAsync();
        var period = Period();

        // Each code is good for one to two periods; guesses are counted for all of them together.
        if (!_guesses.TryTake(Activation))
            throw AttemptLimits.TooMany();
        if (!TwoFactorTokens.AreEqual(ActivationCode(instance, period), code)
            && !TwoFactorTokens.AreEqual(ActivationCode(instance, period - 1), code))
        {
            return false;
        }

        _guesses.Forgive(Activation);
        if (instance.AuthMode != WithSecondFactor)
            await UseMailAsync(visitor);
        return true;
    }

    public async Task UseMailAsync()
    {
        _mails.RequireEnabled();
        if (string.IsNullOrEmpty((await RequireInstanceAsync()).Email))
            throw CozyException.BadRequest("The owner has no mail address.", "no_mail_address");
        await UseMailAsync(Visitor.Nobody);
    }

    public async Task<IReadOnlyList<string>?> AddAppAsync(AuthenticatorApp app)
    {
        if (app.Secret.Length is < ShortestSecret or > LongestSecret)
            throw CozyException.Invalid("secret", "The secret has a length that no app of ours has.");

        var instance = await RequireInstanceAsync();
        if (!await MatchesAsync(instance, app.DerivedPassphrase, app.Visitor))
            throw new CozyException(ErrorKind.Forbidden, "wrong_passphrase", "Invalid passphrase");
        if (!Matches(app.Secret, app.Code, after: 0, out var step))
            return null;

        var codes = RecoveryCodes.New();
        var factor = await _factor.GetAsync();
        await WriteFactorAsync(factor with
        {
            HasApp = true,
            Secret = app.Secret,
            LastStep = step,
            RecoveryHashes = [.. codes.Select(code => RecoveryCodes.HashOf(code)!)],
            TrustStamp = NewStamp(),
        });
        await SetAuthModeAsync(WithSecondFactor, SecurityEvents.SecondFactorOn, "app", app.Visitor);
        return codes;
    }

    public async Task TurnOffAsync(Visitor visitor)
    {
        var factor = await _factor.GetAsync();
        if ((await RequireInstanceAsync()).AuthMode != 0)
            await SetAuthModeAsync(0, SecurityEvents.SecondFactorOff, null, visitor);
        if (factor.HasApp)
            await WriteFactorAsync(factor with { HasApp = false, TrustStamp = NewStamp() });
    }

    private async Task UseMailAsync(Visitor visitor)
    {
        // An app that a crash left behind when the factor was turned off must not come back.
        var factor = await _factor.GetAsync();
        if (factor.HasApp)
            await WriteFactorAsync(factor with { HasApp = false });
        await SetAuthModeAsync(WithSecondFactor, SecurityEvents.SecondFactorOn, "mail", visitor);
    }

    private async Task<string> ChallengeAsync(Instance instance, Visitor visitor)
    {
        var factor = await _factor.GetAsync();
        _challenges.Take(visitor);
        var secret = instance.SessionSecret;
        var now = _time.GetUtcNow();
        var token = TwoFactorTokens.Issue(secret.Span, TwoFactor, "", now + _options.CodeLifetime);
        if (!factor.HasApp)
        {
            TwoFactorTokens.Check(secret.Span, TwoFactor, "", token, now, out var nonce);
            var code = TwoFactorTokens.CodeFor(secret.Span, TwoFactor, nonce);
            await _mails.SendAsync(instance, (texts, name, domain) => texts.LoginCode(name, domain, code, Minutes()));
        }

        return token;
    }

    /// <summary>Whether a code of the app, or a recovery code, is right; it is worth nothing afterwards.</summary>
    private async Task<bool> AcceptAsync(Factor factor, string code, Visitor visitor)
    {
        if (RecoveryCodes.HashOf(code) is { } hash && factor.RecoveryHashes.Contains(hash))
        {
            await WriteFactorAsync(factor with { RecoveryHashes = [.. factor.RecoveryHashes.Where(other => other != hash)] });
            await RecordAsync(new SecurityEvent { Event = SecurityEvents.RecoveryCodeUsed, Visitor = visitor });
            return true;
        }

        if (!Matches(factor.Secret, code, factor.LastStep, out var step))
            return false;
        await WriteFactorAsync(factor with { LastStep = step });
        return true;
    }

    private bool Matches(ReadOnlyMemory<byte> secret, string code, long after, out long step)
    {
        step = 0;
        var digits = code.Replace(" ", "", StringComparison.Ordinal);
        return !secret.IsEmpty && digits.Length == 6
            && new Totp(secret.ToArray()).VerifyTotp(
                _time.GetUtcNow().UtcDateTime, digits, out step, VerificationWindow.RfcSpecifiedNetworkDelay)
            && step > after;
    }

    private async Task<bool> IsTrustedAsync(Instance instance, string? token)
    {
        var factor = await _factor.GetAsync();
        return factor.TrustStamp.Length > 0 && TwoFactorTokens.Check(
            instance.SessionSecret.Span, TrustedDevice, factor.TrustStamp, token, _time.GetUtcNow(), out _);
    }

    private async Task<string> TrustDeviceAsync()
    {
        var factor = await _factor.GetAsync();
        if (factor.TrustStamp.Length == 0)
            factor = await WriteFactorAsync(factor with { TrustStamp = NewStamp() });
        var instance = await RequireInstanceAsync();
        return TwoFactorTokens.Issue(
            instance.SessionSecret.Span, TrustedDevice, factor.TrustStamp, _time.GetUtcNow() + _options.TrustedDeviceLifetime);
    }

    private async Task DistrustDevicesAsync()
    {
        var factor = await _factor.GetAsync();
        if (factor.TrustStamp.Length > 0)
            await WriteFactorAsync(factor with { TrustStamp = NewStamp() });
    }

    /// <summary>Known at once, so that a code is not accepted a second time while this is written.</summary>
    private async Task<Factor> WriteFactorAsync(Factor factor)
    {
        _factor.Set(factor);
        try
        {
            var written = await _factorDocument.WriteAsync(factor);
            _factor.Set(written);
            return written;
        }
        catch
        {
            _factor.Reset();
            throw;
        }
    }

    private async Task SetAuthModeAsync(int mode, string happened, string? subject, Visitor visitor)
    {
        var instance = await Instance.ModifyAsync(new InstancePatch { AuthMode = mode });
        await RecordAsync(new SecurityEvent { Event = happened, Subject = subject, Visitor = visitor });
        var page = PageOf(instance, visitor, "auth/security");
        await TellAsync(instance, (texts, name, domain) => texts.SecondFactorChanged(name, domain, mode != 0, page));
    }

    private static string ActivationCode(Instance instance, long period) => TwoFactorTokens.CodeFor(
        instance.SessionSecret.Span, Activation,
        string.Create(CultureInfo.InvariantCulture, $"{instance.Email}\n{period}"));

    private long Period() => _time.GetUtcNow().UtcTicks / _options.CodeLifetime.Ticks;

    private int Minutes() => (int)Math.Ceiling(_options.CodeLifetime.TotalMinutes);

    private static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
