using Orleans.Concurrency;

namespace Cozy.Grains.Auth;

/// <summary>
/// Changes the owner's mail address, to which links and codes are sent: only after a link mailed to the new one was
/// opened. The key is the instance's id.
/// </summary>
[Alias("cozy.IEmailChangeGrain")]
public interface IEmailChangeGrain : IGrainWithStringKey
{
    /// <summary>Keeps the new address as pending and mails it a link.</summary>
    /// <exception cref="Errors.CozyException">
    /// BadRequest: the passphrase is wrong; Invalid: the address is none; TooManyRequests; Unavailable.
    /// </exception>
    [AlwaysInterleave, Alias("Start")]
    Task StartAsync(EmailChange change);

    /// <summary>Mails the link again.</summary>
    /// <param name="page">The address of the page, to which the token is added.</param>
    /// <exception cref="Errors.CozyException">BadRequest: no address is pending; TooManyRequests; Unavailable.</exception>
    [AlwaysInterleave, Alias("Resend")]
    Task ResendAsync(Uri page);

    /// <summary>Drops the pending address, if there is one.</summary>
    [AlwaysInterleave, Alias("Cancel")]
    Task CancelAsync();

    /// <summary>Makes the pending address the owner's; false when the token is wrong or old.</summary>
    [AlwaysInterleave, Alias("Confirm")]
    Task<bool> ConfirmAsync(string token, Visitor visitor);
}

/// <summary>A change of the mail address.</summary>
/// <param name="DerivedPassphrase">The owner's passphrase as the client derived it.</param>
/// <param name="Email">The new address.</param>
/// <param name="Page">The address of the page that confirms, to which the token is added.</param>
/// <param name="Visitor">Who changes it.</param>
[GenerateSerializer, Immutable, Alias("cozy.EmailChange")]
public sealed record EmailChange(
    [property: Id(0)] string DerivedPassphrase, [property: Id(1)] string Email, [property: Id(2)] Uri Page,
    [property: Id(3)] Visitor Visitor);
