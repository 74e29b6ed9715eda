using Orleans.Concurrency;

namespace Cozy.Grains.Auth;

/// <summary>
/// Checks the owner's passphrase and keeps the browser sessions (<c>io.cozy.sessions</c>). The key is the instance's
/// id. Passphrases arrive as the browser derived them, see <see cref="PassphraseDerivation"/>.
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

    /// <summary>Checks the passphrase and opens a session; null when it is wrong.</summary>
    /// <exception cref="Errors.CozyException">TooManyRequests: too many wrong attempts; try later.</exception>
    [AlwaysInterleave, Alias("Login")]
    Task<Session?> LoginAsync(LoginAttempt attempt);

    /// <summary>The session with this id; null when it does not exist or has expired.</summary>
    [AlwaysInterleave, Alias("FindSession")]
    ValueTask<Session?> FindSessionAsync(string sessionId);

    /// <summary>Ends a session; one that does not exist is no error.</summary>
    [AlwaysInterleave, Alias("Logout")]
    Task LogoutAsync(string sessionId);

    /// <summary>Drops what is remembered, because the instance is destroyed.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync();
}

/// <summary>The first passphrase of an owner.</summary>
[GenerateSerializer, Immutable, Alias("cozy.FirstPassphrase")]
public sealed record FirstPassphrase
{
    /// <summary>The register token of the link the owner followed.</summary>
    [Id(0)] public required ReadOnlyMemory<byte> RegisterToken { get; init; }

    /// <summary>The passphrase as the browser derived it.</summary>
    [Id(1)] public required string DerivedPassphrase { get; init; }

    /// <summary>The rounds the browser did.</summary>
    [Id(2)] public required int KdfIterations { get; init; }

    /// <summary>A hint the owner wrote, if any.</summary>
    [Id(3)] public string? Hint { get; init; }
}

/// <summary>One attempt to log in.</summary>
[GenerateSerializer, Immutable, Alias("cozy.LoginAttempt")]
public sealed record LoginAttempt
{
    /// <summary>The passphrase as the browser derived it.</summary>
    [Id(0)] public required string DerivedPassphrase { get; init; }

    /// <summary>Keep the session when the browser is closed.</summary>
    [Id(1)] public bool LongRun { get; init; }
}

/// <summary>A browser session.</summary>
[GenerateSerializer, Immutable, Alias("cozy.Session")]
public sealed record Session
{
    /// <summary>The id of its document.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>When it was opened.</summary>
    [Id(1)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last used; kept to the day.</summary>
    [Id(2)] public required DateTimeOffset LastSeen { get; init; }

    /// <summary>Whether it outlives the browser.</summary>
    [Id(3)] public bool LongRun { get; init; }
}
