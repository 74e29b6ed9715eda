using System.Security.Cryptography;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Orleans.Placement;

namespace Cozy.Grains.Auth;

/// <summary>Remembers the sessions in use; each is a document, so that a restart logs nobody out.</summary>
[GrainType("auth"), PreferLocalPlacement]
internal sealed class AuthGrain : Grain, IAuthGrain
{
    /// <summary>A session that is not used for so long ends.</summary>
    private static readonly TimeSpan SessionLifetime = TimeSpan.FromDays(30);

    /// <summary>How often the last use is written down.</summary>
    private static readonly TimeSpan LastSeenPrecision = TimeSpan.FromDays(1);

    private const int MaximumFailuresPerHour = 1000;
    private const int MaximumChecksAtOnce = 8;

    private readonly PassphraseHasher _hasher;
    private readonly TimeProvider _time;
    private readonly SessionDocuments _documents;
    private readonly AttemptLimit _failures;
    private readonly Dictionary<string, Session> _sessions = [];
    private int _checks;

    public AuthGrain(PassphraseHasher hasher, TimeProvider time)
    {
        _hasher = hasher;
        _time = time;
        _documents = new SessionDocuments(GrainFactory, this.GetPrimaryKeyString());
        _failures = new AttemptLimit(time, MaximumFailuresPerHour, TimeSpan.FromHours(1));
    }

    private IInstanceGrain Instance => GrainFactory.GetGrain<IInstanceGrain>(this.GetPrimaryKeyString());

    public async Task<Session> ChooseFirstPassphraseAsync(FirstPassphrase request)
    {
        InstanceRules.CheckIterations(request.KdfIterations);
        InstanceRules.CheckText("hint", request.Hint);
        if (request.DerivedPassphrase.Length == 0)
            throw CozyException.Invalid("passphrase", "The passphrase is empty.");

        var instance = await Instance.GetAsync() ?? throw CozyException.NotFound("The instance does not exist.");
        if (instance.PassphraseHash is not null)
            throw CozyException.Conflict("The passphrase is chosen already.");
        if (instance.RegisterToken.IsEmpty
            || !CryptographicOperations.FixedTimeEquals(instance.RegisterToken.Span, request.RegisterToken.Span))
        {
            throw new CozyException(ErrorKind.Forbidden, "invalid_token", "The link is not valid.");
        }

        var hash = await _hasher.HashAsync(request.DerivedPassphrase);
        await Instance.SetPassphraseHashAsync(hash, request.KdfIterations, request.Hint);
        return await OpenSessionAsync(longRun: true);
    }

    public async Task<Session?> LoginAsync(LoginAttempt attempt)
    {
        if (!_failures.Allows() || _checks >= MaximumChecksAtOnce)
        {
            throw new CozyException(
                ErrorKind.TooManyRequests, "too_many_attempts", "Too many attempts to log in. Try again later.");
        }

        // Counted before the check, so that attempts made at the same time cannot exceed the limit together.
        _failures.Fail();
        _checks++;
        try
        {
            var instance = await Instance.GetAsync();
            if (instance?.PassphraseHash is not { } hash
                || !await _hasher.VerifyAsync(attempt.DerivedPassphrase, hash))
            {
                return null;
            }

            _failures.Succeed();
            return await OpenSessionAsync(attempt.LongRun);
        }
        finally
        {
            _checks--;
        }
    }

    public async ValueTask<Session?> FindSessionAsync(string sessionId)
    {
        if (!_sessions.TryGetValue(sessionId, out var session))
        {
            session = await _documents.ReadAsync(sessionId);
            if (session is null)
                return null;
            _sessions[sessionId] = session;
        }

        var unseen = _time.GetUtcNow() - session.LastSeen;
        if (unseen > SessionLifetime)
        {
            await LogoutAsync(sessionId);
            return null;
        }

        if (unseen > LastSeenPrecision)
        {
            session = session with { LastSeen = _time.GetUtcNow() };
            _sessions[sessionId] = session;
            await _documents.WriteAsync(session);
        }

        return session;
    }

    public async Task LogoutAsync(string sessionId)
    {
        await _documents.DeleteAsync(sessionId);
        _sessions.Remove(sessionId);
    }

    public Task ForgetAsync()
    {
        _sessions.Clear();
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task<Session> OpenSessionAsync(bool longRun)
    {
        var now = _time.GetUtcNow();
        var session = new Session
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            CreatedAt = now,
            LastSeen = now,
            LongRun = longRun,
        };
        await _documents.WriteAsync(session);
        _sessions[session.Id] = session;
        return session;
    }
}
