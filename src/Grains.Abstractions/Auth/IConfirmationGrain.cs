using Orleans.Concurrency;

namespace Cozy.Grains.Auth;

/// <summary>
/// Lets the owner confirm something that an app is about to do. Who asked learns it by an event of
/// <c>io.cozy.auth.confirmations</c> with the state as its id, or by a code. The key is the instance's id.
/// </summary>
[Alias("cozy.IConfirmationGrain")]
public interface IConfirmationGrain : IGrainWithStringKey
{
    /// <summary>Checks the passphrase, and asks for the second factor if there is one.</summary>
    /// <exception cref="Errors.CozyException">TooManyRequests; Unavailable.</exception>
    [AlwaysInterleave, Alias("Confirm")]
    Task<ConfirmationOutcome> ConfirmAsync(Confirmation attempt);

    /// <summary>Checks the second factor.</summary>
    /// <exception cref="Errors.CozyException">TooManyRequests.</exception>
    [AlwaysInterleave, Alias("FinishConfirmation")]
    Task<ConfirmationOutcome> FinishConfirmationAsync(ConfirmationStep attempt);

    /// <summary>The owner, who was recognised in another way, confirms something; returns the code.</summary>
    [AlwaysInterleave, Alias("ConfirmRecognized")]
    Task<string> ConfirmRecognizedAsync(string state);

    /// <summary>Whether the owner confirmed something a few minutes ago and was given this code.</summary>
    [AlwaysInterleave, Alias("IsConfirmed")]
    ValueTask<bool> IsConfirmedAsync(string code);
}

/// <summary>The owner confirms something.</summary>
[GenerateSerializer, Immutable, Alias("cozy.Confirmation")]
public sealed record Confirmation
{
    /// <summary>The passphrase as the browser derived it.</summary>
    [Id(0)] public required string DerivedPassphrase { get; init; }

    /// <summary>What is confirmed, by the name that the app gave it.</summary>
    [Id(1)] public required string State { get; init; }

    /// <summary>Who confirms.</summary>
    [Id(2)] public Visitor Visitor { get; init; } = Visitor.Nobody;

    /// <summary>The token of a device that need not show the second factor again, if it has one.</summary>
    [Id(3)] public string? TrustedDevice { get; init; }
}

/// <summary>The second step of a confirmation.</summary>
/// <param name="Token">What the first step gave.</param>
/// <param name="Code">The code of the second factor.</param>
/// <param name="State">As in <see cref="Confirmation.State"/>.</param>
/// <param name="Visitor">Who confirms.</param>
[GenerateSerializer, Immutable, Alias("cozy.ConfirmationStep")]
public sealed record ConfirmationStep(
    [property: Id(0)] string Token, [property: Id(1)] string Code, [property: Id(2)] string State, [property: Id(3)] Visitor Visitor);

/// <summary>What came of it; when both are null, what was shown was wrong.</summary>
/// <param name="Code">A code that shows that the owner confirmed.</param>
/// <param name="TwoFactorToken">The passphrase was right, and this token goes with the second factor.</param>
[GenerateSerializer, Immutable, Alias("cozy.ConfirmationOutcome")]
public sealed record ConfirmationOutcome([property: Id(0)] string? Code, [property: Id(1)] string? TwoFactorToken);
