using Cozy.Grains.Errors;
using Orleans.Concurrency;

namespace Cozy.Grains.OAuth;

/// <summary>
/// Keeps the OAuth clients of an instance (<c>io.cozy.oauth.clients</c>) and the codes they collect tokens with
/// (<c>io.cozy.oauth.access_codes</c>). The key is the instance's id. Registering and updating, which choose names that
/// nobody has, run one after another.
/// </summary>
[Alias("cozy.IOAuthGrain")]
public interface IOAuthGrain : IGrainWithStringKey
{
    /// <summary>Registers a client. One that waits for the owner too long is removed.</summary>
    /// <param name="client">The client; its name gets a number if another has it.</param>
    /// <param name="isRetry">The call was made before and its outcome is unknown.</param>
    /// <exception cref="CozyException">TooManyRequests: too many that wait for the owner were registered lately.</exception>
    [Alias("Register")]
    Task<OAuthClient> RegisterAsync(OAuthClient client, bool isRetry);

    /// <summary>A client; null when there is none with this id.</summary>
    [AlwaysInterleave, Alias("Find")]
    ValueTask<OAuthClient?> FindAsync(string id);

    /// <summary>The first client of a program; null when there is none.</summary>
    [AlwaysInterleave, Alias("FindBySoftware")]
    ValueTask<OAuthClient?> FindBySoftwareAsync(string softwareId);

    /// <summary>Whether a client's tokens are good, and for what; null when there is no such client.</summary>
    [AlwaysInterleave, Alias("FindStanding")]
    ValueTask<OAuthClientStanding?> FindStandingAsync(string id);

    /// <summary>A page of clients in the order of their ids.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="after">The id of the last client of the page before; null for the first page.</param>
    [AlwaysInterleave, Alias("List")]
    ValueTask<OAuthClientPage> ListAsync(int limit, string? after);

    /// <summary>How many devices of the owner are connected: clients that have a kind and do not wait.</summary>
    [AlwaysInterleave, Alias("CountConnected")]
    ValueTask<int> CountConnectedAsync();

    /// <summary>Changes what a client says of itself.</summary>
    /// <exception cref="CozyException">
    /// NotFound; Conflict: somebody else changed it; TooManyRequests: too many were changed lately.
    /// </exception>
    [Alias("Update")]
    Task<OAuthClient> UpdateAsync(OAuthClient client, bool isRetry);

    /// <summary>Removes a client: its tokens are worthless at once. One that is already removed is no error if it is a retry.</summary>
    /// <exception cref="CozyException">NotFound.</exception>
    [AlwaysInterleave, Alias("Delete")]
    Task DeleteAsync(string id, bool isRetry);

    /// <summary>Removes the clients of a kind, or all when it is null.</summary>
    /// <returns>How many.</returns>
    [AlwaysInterleave, Alias("DeleteAll")]
    Task<int> DeleteAllAsync(string? kind);

    /// <summary>Removes a client that the owner has not let in; any other one, and one that is not there, is left alone.</summary>
    [AlwaysInterleave, Alias("DeletePending")]
    Task DeletePendingAsync(string id);

    /// <summary>Makes all tokens of a client worthless, and returns its new standing; null when it does not exist.</summary>
    [AlwaysInterleave, Alias("RevokeTokens")]
    Task<OAuthClientStanding?> RevokeTokensAsync(string id);

    /// <summary>Notes a sign of life. A client that does not exist is no error.</summary>
    [AlwaysInterleave, Alias("Note")]
    Task NoteAsync(string id, OAuthClientUse use);

    /// <summary>The owner lets a client in: it no longer waits.</summary>
    /// <param name="id">The client.</param>
    /// <param name="operatingSystem">That of the owner's browser; null to leave what is known.</param>
    /// <exception cref="CozyException">NotFound.</exception>
    [AlwaysInterleave, Alias("Accept")]
    Task AcceptAsync(string id, string? operatingSystem);

    /// <summary>The owner says that a client is their own application: it may ask for everything.</summary>
    /// <exception cref="CozyException">NotFound.</exception>
    [AlwaysInterleave, Alias("Certify")]
    Task CertifyAsync(string id);

    /// <summary>Makes a code, which is good once and for a few minutes.</summary>
    [AlwaysInterleave, Alias("CreateCode")]
    Task<string> CreateCodeAsync(AuthorizationCode code);

    /// <summary>What a code allows; null when it is unknown, used or too old.</summary>
    [AlwaysInterleave, Alias("FindCode")]
    Task<AuthorizationCode?> FindCodeAsync(string code);

    /// <summary>Uses a code up. Only one of those who try at the same time is told that it was they.</summary>
    [AlwaysInterleave, Alias("RedeemCode")]
    Task<bool> RedeemCodeAsync(string code);

    /// <summary>Drops what is remembered, because the instance is destroyed or was restored.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync();
}
