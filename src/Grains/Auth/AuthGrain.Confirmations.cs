using Cozy.Grains.Instances;
using Cozy.Grains.Realtime;

namespace Cozy.Grains.Auth;

/// <summary>Confirming what an app is about to do.</summary>
internal sealed partial class AuthGrain
{
    private const string ConfirmationCode = "confirmation";
    private const string ConfirmationDoctype = "io.cozy.auth.confirmations";

    private static readonly TimeSpan ConfirmationLifetime = TimeSpan.FromMinutes(5);

    public async Task<ConfirmationOutcome> ConfirmAsync(Confirmation attempt)
    {
        var instance = await Instance.GetAsync();
        if (!await MatchesAsync(instance, attempt.DerivedPassphrase, attempt.Visitor))
            return new ConfirmationOutcome(null, null);
        return instance!.AuthMode == WithSecondFactor && !await IsTrustedAsync(instance, attempt.TrustedDevice)
            ? new ConfirmationOutcome(null, await ChallengeAsync(instance, attempt.Visitor))
            : await ConfirmedAsync(instance, attempt.State);
    }

    public async Task<ConfirmationOutcome> FinishConfirmationAsync(ConfirmationStep attempt) =>
        await VerifyAsync(attempt.Token, attempt.Code, attempt.Visitor)
            ? await ConfirmedAsync(await RequireInstanceAsync(), attempt.State)
            : new ConfirmationOutcome(null, null);

    public async Task<string> ConfirmRecognizedAsync(string state) =>
        (await ConfirmedAsync(await RequireInstanceAsync(), state)).Code!;

    public async ValueTask<bool> IsConfirmedAsync(string code) => await Instance.GetAsync() is { } instance
        && TwoFactorTokens.Check(instance.SessionSecret.Span, ConfirmationCode, "", code, _time.GetUtcNow(), out _);

    private async Task<ConfirmationOutcome> ConfirmedAsync(Instance instance, string state)
    {
        await GrainFactory.GetGrain<IRealtimeGrain>(instance.Id)
            .NotifyAsync(new DocumentEvent(ConfirmationDoctype, EventVerb.Created, state, null, ReadOnlyMemory<byte>.Empty));
        return new ConfirmationOutcome(
            TwoFactorTokens.Issue(instance.SessionSecret.Span, ConfirmationCode, "", _time.GetUtcNow() + ConfirmationLifetime),
            null);
    }
}
