using Orleans.Concurrency;

namespace Cozy.Grains.Auth;

/// <summary>
/// Lets the owner in and keeps the browser sessions (<c>io.cozy.sessions</c>). The key is the instance's id.
/// Passphrases arrive as the browser derived them, see <see cref="PassphraseDerivation"/>. Whatever checks a secret
/// fails with TooManyRequests when it was tried too often: later attempts may succeed, the owner is never locked out.
/// </summary>
[Alias("cozy.IAuthGrain")]
public interface IAuthGrain : IGrainWithStringKey
{
    /// <summary>Sets the first passphrase and opens a session.</summary>
    /// <exception cref="Errors.CozyException">
    /// Forbidden: the register token is wrong; Conflict: a passphrase is set already; Invalid.
    /// </exception>
    [Alias("ChooseFirstPassphrase")]
    Task<Session> ChooseFirstPassphraseAsync(FirstPassphrase request);

    /// <summary>Checks the passphrase and opens a session, or asks for the second factor.</summary>
    /// <exception cref="Errors.CozyException">TooManyRequests.</exception>
    [AlwaysInterleave, Alias("Login")]
    Task<LoginOutcome> LoginAsync(LoginAttempt attempt);

    /// <summary>Checks the second factor and opens the session.</summary>
    /// <exception cref="Errors.CozyException">TooManyRequests.</exception>
    [AlwaysInterleave, Alias("FinishLogin")]
    Task<LoginOutcome> FinishLoginAsync(LoginCode attempt);

    /// <summary>Whether this is the owner's passphrase; for what must be confirmed by the person in front of the screen.</summary>
    /// <exception cref="Errors.CozyException">TooManyRequests.</exception>
    [AlwaysInterleave, Alias("CheckPassphrase")]
    Task<bool> CheckPassphraseAsync(string derivedPassphrase, Visitor visitor);

    /// <summary>Opens a session for an owner who was recognised in another way, and writes the login down.</summary>
    [AlwaysInterleave, Alias("OpenSession")]
    Task<Session> OpenSessionAsync(SessionRequest request);

    /// <summary>The session with this id; null when it does not exist or has expired.</summary>
    [AlwaysInterleave, Alias("FindSession")]
    ValueTask<Session?> FindSessionAsync(string sessionId);

    /// <summary>All sessions that are good, the one used last first.</summary>
    [AlwaysInterleave, Alias("ListSessions")]
    Task<IReadOnlyList<Session>> ListSessionsAsync();

    /// <summary>Ends a session; one that does not exist is no error.</summary>
    [AlwaysInterleave, Alias("Logout")]
    Task LogoutAsync(string sessionId);

    /// <summary>Ends all sessions but one, or all when it is null; no device is trusted with the second factor any longer.</summary>
    [AlwaysInterleave, Alias("LogoutOthers")]
    Task LogoutOthersAsync(string? keptSessionId);

    /// <summary>Ends the sessions that belong to a session at an OpenID provider, or when it is null to any there.</summary>
    [AlwaysInterleave, Alias("LogoutProviderSessions")]
    Task LogoutProviderSessionsAsync(string? providerSession);

    /// <summary>Writes down what happened to the owner's security, for the owner to read (<c>io.cozy.security.events</c>).</summary>
    [AlwaysInterleave, Alias("Record")]
    Task RecordAsync(SecurityEvent happened);

    /// <summary>The newest events, the newest first.</summary>
    [AlwaysInterleave, Alias("ListEvents")]
    Task<IReadOnlyList<SecurityEvent>> ListEventsAsync(int limit);

    /// <summary>Drops what is remembered, because the instance is destroyed.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync();
}
