using Orleans.Concurrency;

namespace Cozy.Grains.Auth;

/// <summary>
/// The owner says with a code from the mailbox that an OAuth client is their own application, which may ask for everything.
/// The key is the instance's id.
/// </summary>
[Alias("cozy.ICertificationGrain")]
public interface ICertificationGrain : IGrainWithStringKey
{
    /// <summary>Whether the server sends mail and the owner has an address.</summary>
    [AlwaysInterleave, Alias("CanSend")]
    ValueTask<bool> CanSendAsync();

    /// <summary>Mails a code, which is good for some minutes and for this client alone.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="clientName">What the mail calls it.</param>
    /// <returns>What goes with the code.</returns>
    /// <exception cref="Errors.CozyException">
    /// TooManyRequests: too many were asked for lately; Unavailable: the server sends no mail; BadRequest: the owner has no address.
    /// </exception>
    [AlwaysInterleave, Alias("SendCode")]
    Task<string> SendCodeAsync(string clientId, string clientName);

    /// <summary>Whether the code is the one that was mailed for this client, and was not used before.</summary>
    /// <exception cref="Errors.CozyException">TooManyRequests: it was guessed too often.</exception>
    [AlwaysInterleave, Alias("CheckCode")]
    Task<bool> CheckCodeAsync(string clientId, string token, string code);
}
