namespace Cozy.Grains.Auth;

/// <summary>Who stands at the door, as far as the front end can tell.</summary>
[GenerateSerializer, Immutable, Alias("cozy.Visitor")]
public sealed record Visitor
{
    /// <summary>Nobody in particular: the operator, or the server itself.</summary>
    public static readonly Visitor Nobody = new() { Address = "" };

    /// <summary>The IP address the request came from.</summary>
    [Id(0)] public required string Address { get; init; }

    /// <summary>What the browser calls itself.</summary>
    [Id(1)] public string UserAgent { get; init; } = "";

    /// <summary>A browser that logged in before; its id comes from a cookie that this instance signed. Null for a stranger.</summary>
    [Id(2)] public string? Device { get; init; }

    /// <summary>The address of the instance's first page, for links in mails; null if the visitor has not been there.</summary>
    [Id(3)] public Uri? Site { get; init; }
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

    /// <summary>The keys of the owner's vault, if the client made some.</summary>
    [Id(4)] public VaultKeys? Keys { get; init; }

    /// <summary>Who chooses.</summary>
    [Id(5)] public Visitor Visitor { get; init; } = Visitor.Nobody;
}

/// <summary>Keys of the owner's vault of passwords, encrypted by the client with what only it knows.</summary>
[GenerateSerializer, Immutable, Alias("cozy.VaultKeys")]
public sealed record VaultKeys
{
    /// <summary>The vault's key, encrypted with the master key.</summary>
    [Id(0)] public string? Key { get; init; }

    /// <summary>The public key, in base64.</summary>
    [Id(1)] public string? PublicKey { get; init; }

    /// <summary>The private key, encrypted.</summary>
    [Id(2)] public string? PrivateKey { get; init; }
}

/// <summary>One attempt to log in.</summary>
[GenerateSerializer, Immutable, Alias("cozy.LoginAttempt")]
public sealed record LoginAttempt
{
    /// <summary>The passphrase as the browser derived it.</summary>
    [Id(0)] public required string DerivedPassphrase { get; init; }

    /// <summary>Keep the session when the browser is closed.</summary>
    [Id(1)] public bool LongRun { get; init; }

    /// <summary>Only for the few minutes in which the owner lets a client in.</summary>
    [Id(2)] public bool ShortRun { get; init; }

    /// <summary>Who tries.</summary>
    [Id(3)] public Visitor Visitor { get; init; } = Visitor.Nobody;

    /// <summary>The token of a device that need not show the second factor again, if it has one.</summary>
    [Id(4)] public string? TrustedDevice { get; init; }
}

/// <summary>The second step of a login.</summary>
[GenerateSerializer, Immutable, Alias("cozy.LoginCode")]
public sealed record LoginCode
{
    /// <summary>What the first step gave.</summary>
    [Id(0)] public required string Token { get; init; }

    /// <summary>The code of the mail or the app, or a recovery code.</summary>
    [Id(1)] public required string Code { get; init; }

    /// <summary>Keep the session when the browser is closed.</summary>
    [Id(2)] public bool LongRun { get; init; }

    /// <summary>Only for the few minutes in which the owner lets a client in.</summary>
    [Id(3)] public bool ShortRun { get; init; }

    /// <summary>Do not ask this device again.</summary>
    [Id(4)] public bool TrustDevice { get; init; }

    /// <summary>Who tries.</summary>
    [Id(5)] public Visitor Visitor { get; init; } = Visitor.Nobody;

    /// <summary>The session at an OpenID provider whose end ends it; null for none.</summary>
    [Id(6)] public string? ProviderSession { get; init; }
}

/// <summary>What came of an attempt; when all are null, what was shown was wrong.</summary>
[GenerateSerializer, Immutable, Alias("cozy.LoginOutcome")]
public sealed record LoginOutcome
{
    /// <summary>The passphrase or the code was wrong.</summary>
    public static readonly LoginOutcome Refused = new();

    /// <summary>The session that was opened.</summary>
    [Id(0)] public Session? Session { get; init; }

    /// <summary>The passphrase was right, and this token goes with the second factor.</summary>
    [Id(1)] public string? TwoFactorToken { get; init; }

    /// <summary>What the device shows next time in place of the second factor, if it is to be trusted.</summary>
    [Id(2)] public string? TrustedDevice { get; init; }
}

/// <summary>A session to be opened.</summary>
/// <param name="LongRun">It outlives the browser.</param>
/// <param name="ShortRun">It is for a few minutes only.</param>
/// <param name="Visitor">For whom.</param>
/// <param name="ProviderSession">The session at an OpenID provider whose end ends it; null for none.</param>
[GenerateSerializer, Immutable, Alias("cozy.SessionRequest")]
public sealed record SessionRequest(
    [property: Id(0)] bool LongRun, [property: Id(1)] bool ShortRun, [property: Id(2)] Visitor Visitor,
    [property: Id(3)] string? ProviderSession = null);

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

    /// <summary>Whether it ends after a few minutes.</summary>
    [Id(4)] public bool ShortRun { get; init; }

    /// <summary>The browser it was opened with, such as <c>Firefox</c>; empty if unknown.</summary>
    [Id(5)] public string Browser { get; init; } = "";

    /// <summary>The browser's operating system, such as <c>Linux</c>; empty if unknown.</summary>
    [Id(6)] public string System { get; init; } = "";

    /// <summary>The IP address it was opened from.</summary>
    [Id(7)] public string Address { get; init; } = "";

    /// <summary>The revision of its document.</summary>
    [Id(8)] public string Revision { get; init; } = "";

    /// <summary>The session at an OpenID provider whose end ends it (<c>sid</c>); null for none.</summary>
    [Id(9)] public string? ProviderSession { get; init; }
}
