using Orleans.Concurrency;

namespace Cozy.Grains.Auth;

/// <summary>
/// The second factor of the owner: a code by mail, or of an authenticator app (TOTP, RFC 6238). The key is the
/// instance's id. Once an app is there, codes by mail no longer count.
/// </summary>
[Alias("cozy.ISecondFactorGrain")]
public interface ISecondFactorGrain : IGrainWithStringKey
{
    /// <summary>Which factor is asked for.</summary>
    [AlwaysInterleave, Alias("GetState")]
    Task<SecondFactorState> GetStateAsync();

    /// <summary>
    /// A token that goes with the next code, for an owner who has just shown the passphrase; null when no second factor
    /// is asked for. Mails the code if that is how it comes.
    /// </summary>
    /// <exception cref="Errors.CozyException">TooManyRequests: too many codes were asked for; Unavailable.</exception>
    [AlwaysInterleave, Alias("Challenge")]
    Task<string?> ChallengeAsync(Visitor visitor);

    /// <summary>Whether the code goes with the token. A right one is good once.</summary>
    [AlwaysInterleave, Alias("Verify")]
    Task<bool> VerifyAsync(string token, string code, Visitor visitor);

    /// <summary>Mails a code to the owner that turns on codes by mail.</summary>
    /// <exception cref="Errors.CozyException">TooManyRequests; Unavailable; BadRequest: the owner has no mail address.</exception>
    [AlwaysInterleave, Alias("SendActivationCode")]
    Task SendActivationCodeAsync(Visitor visitor);

    /// <summary>Turns on codes by mail; false when the code is wrong.</summary>
    /// <exception cref="Errors.CozyException">TooManyRequests.</exception>
    [AlwaysInterleave, Alias("ActivateMail")]
    Task<bool> ActivateMailAsync(string code, Visitor visitor);

    /// <summary>Turns on codes by mail without a proof that they arrive: for the operator.</summary>
    /// <exception cref="Errors.CozyException">BadRequest: the owner has no mail address; Unavailable.</exception>
    [AlwaysInterleave, Alias("UseMail")]
    Task UseMailAsync();

    /// <summary>Turns on codes of an app, and gives the recovery codes, which are shown this once.</summary>
    /// <returns>Null when the code is wrong.</returns>
    /// <exception cref="Errors.CozyException">Forbidden: the passphrase is wrong; Invalid: the secret; TooManyRequests.</exception>
    [AlwaysInterleave, Alias("AddApp")]
    Task<IReadOnlyList<string>?> AddAppAsync(AuthenticatorApp app);

    /// <summary>Asks for the passphrase alone from now on, and forgets the app.</summary>
    [AlwaysInterleave, Alias("TurnOff")]
    Task TurnOffAsync(Visitor visitor);
}

/// <summary>How the owner shows who they are besides the passphrase.</summary>
[GenerateSerializer, Alias("cozy.SecondFactor")]
public enum SecondFactor
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>By a code that is mailed.</summary>
    Mail = 1,

    /// <summary>By a code of an authenticator app.</summary>
    App = 2,
}

/// <summary>The second factor as it is.</summary>
/// <param name="Factor">Which.</param>
/// <param name="RecoveryCodes">How many recovery codes are left.</param>
[GenerateSerializer, Immutable, Alias("cozy.SecondFactorState")]
public sealed record SecondFactorState([property: Id(0)] SecondFactor Factor, [property: Id(1)] int RecoveryCodes);

/// <summary>An authenticator app that the owner has set up.</summary>
[GenerateSerializer, Immutable, Alias("cozy.AuthenticatorApp")]
public sealed record AuthenticatorApp
{
    /// <summary>The secret the app was given: 20 bytes or more.</summary>
    [Id(0)] public required ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>A code of the app, which shows that it has the secret.</summary>
    [Id(1)] public required string Code { get; init; }

    /// <summary>The owner's passphrase as the browser derived it.</summary>
    [Id(2)] public required string DerivedPassphrase { get; init; }

    /// <summary>Who sets it up.</summary>
    [Id(3)] public Visitor Visitor { get; init; } = Visitor.Nobody;
}
