using System.Security.Cryptography;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;

namespace Cozy.Grains.Auth;

/// <summary>Choosing, changing and remembering the passphrase.</summary>
internal sealed partial class AuthGrain
{
    private const int ResetTokenBytes = 16;
    private const string HintMail = "hint";

    private readonly AttemptBuckets _ownMails;

    public async Task<Session> ChooseFirstPassphraseAsync(FirstPassphrase request)
    {
        InstanceRules.CheckIterations(request.KdfIterations);
        InstanceRules.CheckText("hint", request.Hint);
        if (request.DerivedPassphrase.Length == 0)
            throw CozyException.Invalid("passphrase", "The passphrase is empty.");

        var instance = await RequireInstanceAsync();
        if (instance.PassphraseHash is not null)
            throw CozyException.Conflict("The passphrase is chosen already.");
        if (instance.RegisterToken.IsEmpty
            || !CryptographicOperations.FixedTimeEquals(instance.RegisterToken.Span, request.RegisterToken.Span))
        {
            throw new CozyException(ErrorKind.Forbidden, "invalid_token", "The link is not valid.");
        }

        await Instance.ReplacePassphraseAsync(new PassphraseReplacement
        {
            Hash = await _hasher.HashAsync(request.DerivedPassphrase),
            KdfIterations = request.KdfIterations,
            Hint = request.Hint,
            Keys = request.Keys,
        });
        return await StartSessionAsync(new SessionRequest(LongRun: true, ShortRun: false, request.Visitor));
    }

    public async Task<PassphraseChangeOutcome> ChangeAsync(PassphraseChange change)
    {
        var instance = await RequireInstanceAsync();
        var hasFactor = instance.AuthMode == WithSecondFactor;
        if (hasFactor && string.IsNullOrEmpty(change.TwoFactorToken))
        {
            await RequirePassphraseAsync(instance, change.CurrentPassphrase, change.Visitor);
            return new PassphraseChangeOutcome(null, await ChallengeAsync(instance, change.Visitor));
        }

        if (change.KdfIterations is { } rounds)
            InstanceRules.CheckIterations(rounds);
        if (change.NewPassphrase.Length == 0)
            throw CozyException.BadRequest("Missing new passphrase");
        if (!hasFactor)
            await RequirePassphraseAsync(instance, change.CurrentPassphrase, change.Visitor);
        else if (!await VerifyAsync(change.TwoFactorToken!, change.TwoFactorCode ?? "", change.Visitor))
            throw CozyException.BadRequest("Invalid two-factor parameters");

        await ReplaceAsync(
            new PassphraseReplacement
            {
                Hash = await _hasher.HashAsync(change.NewPassphrase),
                KdfIterations = change.KdfIterations ?? IterationsOf(instance),
                Hint = change.Hint,
                Keys = change.Keys,
            },
            SecurityEvents.PassphraseChanged,
            change.Visitor);
        var session = await StartSessionAsync(new SessionRequest(change.LongRun, ShortRun: false, change.Visitor));
        return new PassphraseChangeOutcome(session, null);
    }

    public async Task SetAsync(string passphrase, int? kdfIterations)
    {
        if (kdfIterations is { } rounds)
            InstanceRules.CheckIterations(rounds);
        if (passphrase.Length == 0)
            throw CozyException.BadRequest("Missing passphrase");

        var instance = await RequireInstanceAsync();
        var derived = kdfIterations is not null ? passphrase : await Task.Run(
            () => PassphraseDerivation.Derive(passphrase, instance.Domain, PassphraseDerivation.DefaultIterations));
        await ReplaceAsync(
            new PassphraseReplacement
            {
                Hash = await _hasher.HashAsync(derived),
                KdfIterations = kdfIterations ?? PassphraseDerivation.DefaultIterations,
            },
            SecurityEvents.PassphraseSetByOperator,
            Visitor.Nobody);
    }

    public async Task RequestResetAsync(Uri page, Visitor visitor)
    {
        _mails.RequireEnabled();
        var now = _time.GetUtcNow();
        if (await Instance.GetAsync() is not { PassphraseHash: not null, Email.Length: > 0 } instance
            || (!instance.PassphraseResetToken.IsEmpty && now < instance.PassphraseResetTime))
        {
            return;
        }

        var token = RandomNumberGenerator.GetBytes(ResetTokenBytes);
        await Instance.SetResetTokenAsync(SHA256.HashData(token), now + _options.PassphraseResetInterval);
        var link = WithToken(page, Convert.ToHexStringLower(token));
        var minutes = (int)Math.Ceiling(_options.PassphraseResetInterval.TotalMinutes);
        await _mails.SendAsync(instance, (texts, name, domain) => texts.PassphraseReset(name, domain, link, minutes));
        await RecordAsync(new SecurityEvent { Event = SecurityEvents.ResetRequested, Visitor = visitor });
    }

    public async ValueTask<bool> IsResetTokenGoodAsync(ReadOnlyMemory<byte> token) =>
        await Instance.GetAsync() is { } instance && IsResetTokenGood(instance, SHA256.HashData(token.Span));

    public async Task RenewAsync(PassphraseRenewal renewal)
    {
        InstanceRules.CheckIterations(renewal.KdfIterations);
        InstanceRules.CheckText("hint", renewal.Hint);
        if (renewal.NewPassphrase.Length == 0)
            throw CozyException.BadRequest("Missing new passphrase");

        var instance = await RequireInstanceAsync();
        var hash = SHA256.HashData(renewal.Token.Span);
        if (!IsResetTokenGood(instance, hash))
            throw new CozyException(ErrorKind.Forbidden, "invalid_token", "The link is not valid.");
        await ReplaceAsync(
            new PassphraseReplacement
            {
                Hash = await _hasher.HashAsync(renewal.NewPassphrase),
                KdfIterations = renewal.KdfIterations,
                Hint = renewal.Hint,
                Keys = renewal.Keys,
                ResetToken = hash,
            },
            SecurityEvents.PassphraseReset,
            renewal.Visitor);
    }

    public async Task<bool> HasHintAsync() => (await _settings.ReadHintAsync()).Length > 0;

    public async Task SetHintAsync(string hint)
    {
        InstanceRules.CheckText("hint", hint);
        var instance = await RequireInstanceAsync();
        if (hint.Length > 0 && instance.PassphraseHash is { } hash)
        {
            var derived = await Task.Run(() => PassphraseDerivation.Derive(hint, instance.Domain, IterationsOf(instance)));
            if (await _hasher.VerifyAsync(derived, hash))
                throw CozyException.Invalid("hint", "The hint cannot be the same as the password");
        }

        await _settings.WriteHintAsync(hint);
    }

    public Task OpenVaultAsync() => _settings.WriteVaultOpenAsync();

    public async Task SendHintAsync()
    {
        _mails.RequireEnabled();
        var hint = await _settings.ReadHintAsync();
        if (hint.Length == 0 || await Instance.GetAsync() is not { Email.Length: > 0 } instance || !_ownMails.TryTake(HintMail))
            return;
        await _mails.SendAsync(instance, (texts, name, domain) => texts.Hint(name, domain, hint));
    }

    private async Task RequirePassphraseAsync(Instance instance, string passphrase, Visitor visitor)
    {
        if (!await MatchesAsync(instance, passphrase, visitor))
            throw CozyException.BadRequest("Invalid passphrase");
    }

    /// <summary>Puts the new passphrase in place; whoever was logged in is not any longer.</summary>
    private async Task ReplaceAsync(PassphraseReplacement replacement, string reason, Visitor visitor)
    {
        var instance = await Instance.ReplacePassphraseAsync(replacement);
        await EndSessionsAsync(keptSessionId: null);
        await RecordAsync(new SecurityEvent { Event = reason, Visitor = visitor });
        var page = PageOf(instance, visitor, "auth/login");
        await TellAsync(instance, (texts, name, domain) => texts.PassphraseChanged(name, domain, page));
    }

    private bool IsResetTokenGood(Instance instance, ReadOnlySpan<byte> hash) =>
        !instance.PassphraseResetToken.IsEmpty
        && _time.GetUtcNow() < instance.PassphraseResetTime
        && CryptographicOperations.FixedTimeEquals(instance.PassphraseResetToken.Span, hash);

    private static int IterationsOf(Instance instance) =>
        instance.KdfIterations > 0 ? instance.KdfIterations : PassphraseDerivation.DefaultIterations;
}
