using System.ComponentModel.DataAnnotations;

namespace Cozy.Grains.Mail;

/// <summary>How mail is sent (section <c>Mail</c>). Without <see cref="Host"/> none is.</summary>
public sealed class MailOptions : IValidatableObject
{
    /// <summary>The SMTP server that takes the mail; null to send none.</summary>
    public string? Host { get; set; }

    /// <summary>Its port.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>How the connection is protected.</summary>
    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    /// <summary>The user's name at the SMTP server; null to send without a login.</summary>
    public string? User { get; set; }

    /// <summary>The user's password.</summary>
    public string? Password { get; set; }

    /// <summary>The address mails come from; null for <c>noreply@</c> and the instance's domain.</summary>
    public string? From { get; set; }

    /// <summary>The name beside that address.</summary>
    public string FromName { get; set; } = "Cozy";

    /// <summary>The address that gets answers; null for none of its own.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>Who gets questions of owners; null for nobody.</summary>
    public string? SupportAddress { get; set; }

    /// <summary>How long the SMTP server may take for one step.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long a mail that could not be sent is tried again; twice as long each time, at most an hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>After how long a mail that could not be sent is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(2);

    /// <summary>How many mails one silo sends at the same time.</summary>
    [Range(1, 100)]
    public int Connections { get; set; } = 4;

    /// <summary>Bytes of the owner's files that go with one mail of an app.</summary>
    [Range(0, 1 << 30)]
    public long MaxFileBytes { get; set; } = 15 << 20;

    /// <summary>Whether mail is sent at all.</summary>
    public bool IsEnabled => !string.IsNullOrEmpty(Host);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(From) && !MailRules.IsAddress(From))
            yield return new ValidationResult("It is not a mail address.", [nameof(From)]);
        if (!string.IsNullOrEmpty(ReplyTo) && !MailRules.IsAddress(ReplyTo))
            yield return new ValidationResult("It is not a mail address.", [nameof(ReplyTo)]);
        if (!string.IsNullOrEmpty(SupportAddress) && !MailRules.IsAddress(SupportAddress))
            yield return new ValidationResult("It is not a mail address.", [nameof(SupportAddress)]);
        if (User is not null && Security == MailSecurity.None && Host is not ("localhost" or "127.0.0.1" or "::1"))
            yield return new ValidationResult("A password is not sent without TLS.", [nameof(Security)]);
    }
}

/// <summary>How the connection to the SMTP server is protected.</summary>
public enum MailSecurity
{
    /// <summary>It begins in the clear and turns to TLS (usually port 587); a server that cannot is refused.</summary>
    StartTls = 0,

    /// <summary>TLS from the start (usually port 465).</summary>
    Tls = 1,

    /// <summary>In the clear, for a server on this machine.</summary>
    None = 2,
}
