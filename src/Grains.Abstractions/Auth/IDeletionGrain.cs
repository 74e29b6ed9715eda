using Orleans.Concurrency;

namespace Cozy.Grains.Auth;

/// <summary>
/// Lets the owner give the whole instance up: only after a link was opened that is mailed to the owner's address. The key
/// is the instance's id.
/// </summary>
[Alias("cozy.IDeletionGrain")]
public interface IDeletionGrain : IGrainWithStringKey
{
    /// <summary>Mails the owner a link to a page that destroys the instance. Nothing else is changed.</summary>
    /// <param name="page">The address of the page, to which the token is added.</param>
    /// <returns>The address it was mailed to.</returns>
    /// <exception cref="Errors.CozyException">
    /// BadRequest: the owner has no mail address; TooManyRequests; Unavailable: there are no mails.
    /// </exception>
    [AlwaysInterleave, Alias("Ask")]
    Task<string> AskAsync(Uri page);

    /// <summary>Whether a token is that of a link that was mailed, and still good. A new passphrase or address ends it.</summary>
    [AlwaysInterleave, Alias("IsAsked")]
    Task<bool> IsAskedAsync(string token);
}
