using System.ComponentModel.DataAnnotations;

namespace Cozy.Grains.OAuth;

/// <summary>Settings of OAuth 2 (configuration section <c>OAuth</c>).</summary>
public sealed class OAuthOptions
{
    /// <summary>How long a client that was registered waits for the owner before it is removed.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan PendingLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a code may wait to be exchanged for tokens.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan CodeLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many clients may be registered or changed on an instance within an hour.</summary>
    [Range(1, 1_000_000)]
    public int RegistrationsPerHour { get; set; } = 50;

    /// <summary>How many devices may be connected to an instance; the owner cannot let in more.</summary>
    [Range(1, 100_000)]
    public int MaxClients { get; set; } = 1000;

    /// <summary>
    /// Lets every client ask for everything at once (<c>*</c>), as only certified ones may. For development: the owner
    /// is still asked, and the client must use PKCE.
    /// </summary>
    public bool SkipCertification { get; set; }

    /// <summary>
    /// Lets the owner say, with a code that is mailed to them, that a client is their own application: it may then ask for
    /// everything (<c>*</c>) too.
    /// </summary>
    public bool CertifyByMail { get; set; } = true;
}
