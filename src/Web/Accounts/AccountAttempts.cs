using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Cozy.Web.Accounts;

/// <summary>
/// The <c>state</c> that goes to a provider and back. It is sealed and says itself where it belongs, so any silo can finish
/// what another began. Only an owner who is logged in is given one, for their own instance, so nobody can be made to take
/// somebody else's account in.
/// </summary>
internal sealed class AccountAttempts(IDataProtectionProvider protection, TimeProvider time)
{
    private const int LongestState = 4096;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly IDataProtector _seal = protection.CreateProtector("accounts", "state");

    /// <summary>Begins.</summary>
    /// <param name="domain">The instance's domain.</param>
    /// <param name="type">The kind of account.</param>
    /// <param name="query">What the app that sends the owner wants back: <c>state</c>, <c>nonce</c>, <c>slug</c>.</param>
    /// <param name="isWebview">Nothing is to be made: an aggregator's page for accounts that are there.</param>
    public string Begin(string domain, string type, Func<string, string?> query, bool isWebview) =>
        _seal.Protect(JsonSerializer.Serialize(new AccountAttempt(
            Guid.CreateVersion7(time.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture),
            domain, type, query("state"), query("nonce"), query("slug"), isWebview, (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds())));

    /// <summary>What a state says; null when it is none of ours, or too old.</summary>
    public AccountAttempt? Find(string? state)
    {
        if (state is not { Length: > 0 and < LongestState })
            return null;
        try
        {
            return JsonSerializer.Deserialize<AccountAttempt>(_seal.Unprotect(state)) is { } attempt
                && time.GetUtcNow().ToUnixTimeSeconds() < attempt.Until
                ? attempt
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>An owner who is letting a connector in.</summary>
/// <param name="AccountId">The id that the account will have: who comes back twice finds the one that is there.</param>
/// <param name="Domain">The instance.</param>
/// <param name="Type">The kind of account.</param>
/// <param name="ClientState">What the app wants back.</param>
/// <param name="Nonce">What the token endpoint is told.</param>
/// <param name="Slug">The app to go back to; null for Home.</param>
/// <param name="IsWebview">Nothing is to be made.</param>
/// <param name="Until">When it is too late, in seconds of Unix time.</param>
internal sealed record AccountAttempt(
    string AccountId, string Domain, string Type, string? ClientState, string? Nonce, string? Slug, bool IsWebview, long Until);
