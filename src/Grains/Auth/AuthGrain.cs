using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Mail;
using Cozy.Grains.Mail.Languages;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace Cozy.Grains.Auth;

/// <summary>
/// Lets the owner in. Sessions are documents, so that a restart logs nobody out; what slows guessing down is in memory.
/// </summary>
[GrainType("auth"), PreferLocalPlacement]
internal sealed partial class AuthGrain : Grain, IAuthGrain, IDisposable, IPassphraseGrain, ISecondFactorGrain, IEmailChangeGrain,
    IConfirmationGrain, ISessionCodeGrain, IDeletionGrain, ICertificationGrain
{
    private const int MostWaiting = 8;
    private const int ChecksAtOnce = 2;

    private readonly PassphraseHasher _hasher;
    private readonly TimeProvider _time;
    private readonly AuthOptions _options;
    private readonly OwnerMails _mails;
    private readonly ILogger<AuthGrain> _log;
    private readonly SettingsDocuments _settings;
    private readonly AttemptLimits _passphrases;

    // The processors are everybody's: the attempts of one instance take a share of them and no more.
    private readonly SemaphoreSlim _checking = new(ChecksAtOnce);
    private int _waiting;

    public AuthGrain(
        PassphraseHasher hasher, TimeProvider time, IDocumentStore store, IDataProtectionProvider protection,
        OwnerMails mails, IOptions<AuthOptions> options, ILogger<AuthGrain> log)
    {
        (_hasher, _time, _options, _mails, _log) = (hasher, time, options.Value, mails, log);
        var id = this.GetPrimaryKeyString();
        _settings = new SettingsDocuments(GrainFactory, id);
        _sessionDocuments = new SessionDocuments(store, GrainFactory, id);
        _logins = new HistoryDocuments(store, GrainFactory, id, "io.cozy.sessions.logins", _options.HistoryEntries, time);
        _events = new HistoryDocuments(store, GrainFactory, id, "io.cozy.security.events", _options.HistoryEntries, time);
        _sessionCodes = new OneTimeDocuments(store, GrainFactory, id, "io.cozy.sessions.codes", time, _options.SessionCodeLifetime);
        _factorDocument = new FactorDocument(GrainFactory, id, protection);
        _factor = new LoadOnce<Factor>(_factorDocument.ReadAsync);
        _passphrases = new AttemptLimits(
            time, (_options.VisitorAttempts, _options.VisitorInterval), (_options.StrangerAttempts, _options.StrangerInterval));
        _challenges = new AttemptLimits(time, (_options.Codes, _options.CodeInterval), (_options.Codes, _options.CodeInterval));
        _guesses = new AttemptBuckets(time, _options.CodeGuesses, _options.CodeLifetime, capacity: 1000);
        _ownMails = new AttemptBuckets(time, burst: 3, TimeSpan.FromMinutes(15), capacity: 10);
    }

    private IInstanceGrain Instance => GrainFactory.GetGrain<IInstanceGrain>(this.GetPrimaryKeyString());

    public async Task<LoginOutcome> LoginAsync(LoginAttempt attempt)
    {
        var instance = await Instance.GetAsync();
        if (!await MatchesAsync(instance, attempt.DerivedPassphrase, attempt.Visitor))
            return LoginOutcome.Refused;

        if (instance!.AuthMode == WithSecondFactor && !await IsTrustedAsync(instance, attempt.TrustedDevice))
            return new LoginOutcome { TwoFactorToken = await ChallengeAsync(instance, attempt.Visitor) };
        return new LoginOutcome
        {
            Session = await OpenSessionAsync(new(attempt.LongRun, attempt.ShortRun, attempt.Visitor)),
        };
    }

    public async Task<LoginOutcome> FinishLoginAsync(LoginCode attempt)
    {
        if (!await VerifyAsync(attempt.Token, attempt.Code, attempt.Visitor))
            return LoginOutcome.Refused;

        return new LoginOutcome
        {
            Session = await OpenSessionAsync(new(attempt.LongRun, attempt.ShortRun, attempt.Visitor, attempt.ProviderSession)),
            TrustedDevice = attempt.TrustDevice ? await TrustDeviceAsync() : null,
        };
    }

    public async Task<bool> CheckPassphraseAsync(string derivedPassphrase, Visitor visitor) =>
        await MatchesAsync(await Instance.GetAsync(), derivedPassphrase, visitor);

    public Task ForgetAsync()
    {
        _sessions.Clear();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task<Instance> RequireInstanceAsync() =>
        await Instance.GetAsync() ?? throw CozyException.NotFound("The instance does not exist.");

    /// <summary>Whether this is the passphrase. The same work is done whether there is one or not.</summary>
    private async Task<bool> MatchesAsync(Instance? instance, string passphrase, Visitor visitor)
    {
        if (visitor.Device is null && _waiting >= MostWaiting)
            throw AttemptLimits.TooMany();

        _passphrases.Take(visitor);
        _waiting++;
        bool isRight;
        await _checking.WaitAsync();
        try
        {
            isRight = await _hasher.VerifyAsync(passphrase, instance?.PassphraseHash);
        }
        finally
        {
            _checking.Release();
            _waiting--;
        }

        if (isRight)
            _passphrases.Forgive(visitor);
        return isRight;
    }

    /// <summary>Tells the owner something. That it fails must not undo what it tells of.</summary>
    private async Task TellAsync(Instance instance, Func<IMailTexts, string, string, MailContent> write, string? address = null)
    {
        if (!_mails.IsEnabled || string.IsNullOrEmpty(address ?? instance.Email))
            return;

        try
        {
            await _mails.SendAsync(instance, write, address);
        }
        catch (CozyException failure)
        {
            LogMailFailed(_log, instance.Id, failure.Code);
        }
    }

    private static Uri PageOf(Instance instance, Visitor visitor, string path) =>
        new(visitor.Site ?? new Uri($"https://{instance.Domain}/"), path);

    private static Uri WithToken(Uri page, string token) =>
        new($"{page.AbsoluteUri}{(page.Query.Length == 0 ? '?' : '&')}token={token}");

    public void Dispose() => _checking.Dispose();
}
