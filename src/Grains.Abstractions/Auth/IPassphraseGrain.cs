using Orleans.Concurrency;

namespace Cozy.Grains.Auth;

/// <summary>
/// Changes the owner's passphrase. The key is the instance's id. Every change ends all sessions and makes the tokens
/// of apps worthless. What checks a secret fails with TooManyRequests when it was tried too often.
/// </summary>
[Alias("cozy.IPassphraseGrain")]
public interface IPassphraseGrain : IGrainWithStringKey
{
    /// <summary>Changes the passphrase for who knows the current one, and opens a session.</summary>
    /// <exception cref="Errors.CozyException">
    /// BadRequest: the passphrase or the code is wrong, or the new one is missing; Invalid: the iterations;
    /// TooManyRequests.
    /// </exception>
    [AlwaysInterleave, Alias("Change")]
    Task<PassphraseChangeOutcome> ChangeAsync(PassphraseChange change);

    /// <summary>Sets the passphrase without asking for the current one: for the operator.</summary>
    /// <param name="passphrase">The passphrase itself, or what a client derived from it.</param>
    /// <param name="kdfIterations">The rounds the client did; null when it did none.</param>
    /// <exception cref="Errors.CozyException">BadRequest: it is empty; Invalid.</exception>
    [AlwaysInterleave, Alias("Set")]
    Task SetAsync(string passphrase, int? kdfIterations);

    /// <summary>
    /// Mails the owner a link to choose a new passphrase. Does nothing when one was mailed a moment before, or when
    /// there is no address: who asks must not learn which.
    /// </summary>
    /// <param name="page">The address of the page, to which the token is added.</param>
    /// <param name="visitor">Who asks.</param>
    /// <exception cref="Errors.CozyException">Unavailable with code <c>mail_disabled</c>: the server sends no mail.</exception>
    [Alias("RequestReset")]
    Task RequestResetAsync(Uri page, Visitor visitor);

    /// <summary>Whether the token of such a link is good.</summary>
    [AlwaysInterleave, Alias("IsResetTokenGood")]
    ValueTask<bool> IsResetTokenGoodAsync(ReadOnlyMemory<byte> token);

    /// <summary>Changes the passphrase by such a link, which then is worth nothing.</summary>
    /// <exception cref="Errors.CozyException">Forbidden: the token is wrong or old; BadRequest; Invalid.</exception>
    [AlwaysInterleave, Alias("Renew")]
    Task RenewAsync(PassphraseRenewal renewal);

    /// <summary>Whether there is a hint.</summary>
    [AlwaysInterleave, Alias("HasHint")]
    Task<bool> HasHintAsync();

    /// <summary>Changes the hint.</summary>
    /// <exception cref="Errors.CozyException">Invalid: it is the passphrase, or too long.</exception>
    [AlwaysInterleave, Alias("SetHint")]
    Task SetHintAsync(string hint);

    /// <summary>Notes that a client of the vault is installed (<c>extension_installed</c>). Doing it again changes nothing.</summary>
    [Alias("OpenVault")]
    Task OpenVaultAsync();

    /// <summary>Mails the owner the hint. Does nothing when there is none or it was mailed too often.</summary>
    /// <exception cref="Errors.CozyException">Unavailable with code <c>mail_disabled</c>.</exception>
    [Alias("SendHint")]
    Task SendHintAsync();
}

/// <summary>A change of the passphrase.</summary>
[GenerateSerializer, Immutable, Alias("cozy.PassphraseChange")]
public sealed record PassphraseChange
{
    /// <summary>The current one as the client derived it; empty in the second step of an owner with a second factor.</summary>
    [Id(0)] public string CurrentPassphrase { get; init; } = "";

    /// <summary>The new one as the client derived it; empty in the first step.</summary>
    [Id(1)] public string NewPassphrase { get; init; } = "";

    /// <summary>The rounds for the new one; null for as many as before.</summary>
    [Id(2)] public int? KdfIterations { get; init; }

    /// <summary>The token of the first step.</summary>
    [Id(3)] public string? TwoFactorToken { get; init; }

    /// <summary>The code of the second factor.</summary>
    [Id(4)] public string? TwoFactorCode { get; init; }

    /// <summary>The keys of the vault, encrypted anew.</summary>
    [Id(5)] public VaultKeys? Keys { get; init; }

    /// <summary>A new hint; null to leave it.</summary>
    [Id(6)] public string? Hint { get; init; }

    /// <summary>Whether the session that is opened outlives the browser.</summary>
    [Id(7)] public bool LongRun { get; init; }

    /// <summary>Who changes it.</summary>
    [Id(8)] public Visitor Visitor { get; init; } = Visitor.Nobody;
}

/// <summary>What came of a change: a session, or a token that goes with the second factor.</summary>
[GenerateSerializer, Immutable, Alias("cozy.PassphraseChangeOutcome")]
public sealed record PassphraseChangeOutcome(
    [property: Id(0)] Session? Session, [property: Id(1)] string? TwoFactorToken);

/// <summary>A new passphrase by a link that was mailed.</summary>
[GenerateSerializer, Immutable, Alias("cozy.PassphraseRenewal")]
public sealed record PassphraseRenewal
{
    /// <summary>The token of the link.</summary>
    [Id(0)] public required ReadOnlyMemory<byte> Token { get; init; }

    /// <summary>The new passphrase as the client derived it.</summary>
    [Id(1)] public required string NewPassphrase { get; init; }

    /// <summary>The rounds the client did.</summary>
    [Id(2)] public required int KdfIterations { get; init; }

    /// <summary>A new hint; empty for none.</summary>
    [Id(3)] public string Hint { get; init; } = "";

    /// <summary>New keys of the vault, if the client made some.</summary>
    [Id(4)] public VaultKeys? Keys { get; init; }

    /// <summary>Who changes it.</summary>
    [Id(5)] public Visitor Visitor { get; init; } = Visitor.Nobody;
}
