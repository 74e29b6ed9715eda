namespace Cozy.Grains.Auth;

/// <summary>Something that happened to the owner's security, for the owner to read.</summary>
[GenerateSerializer, Immutable, Alias("cozy.SecurityEvent")]
public sealed record SecurityEvent
{
    /// <summary>What happened: one of <see cref="SecurityEvents"/>.</summary>
    [Id(0)] public required string Event { get; init; }

    /// <summary>When; set when it is written down.</summary>
    [Id(1)] public DateTimeOffset At { get; init; }

    /// <summary>Who did it.</summary>
    [Id(2)] public Visitor Visitor { get; init; } = Visitor.Nobody;

    /// <summary>To what: the name of a client, a mail address; never a secret.</summary>
    [Id(3)] public string? Subject { get; init; }
}

/// <summary>Names of events; they are kept in documents and never change.</summary>
public static class SecurityEvents
{
    /// <summary>The owner logged in.</summary>
    public const string Login = "login";

    /// <summary>The owner ended all other sessions, or the operator all of them.</summary>
    public const string LogoutOthers = "logout_others";

    /// <summary>The passphrase was changed by who knew the old one.</summary>
    public const string PassphraseChanged = "passphrase_changed";

    /// <summary>The passphrase was changed by a link that was mailed.</summary>
    public const string PassphraseReset = "passphrase_reset";

    /// <summary>The passphrase was set by the operator.</summary>
    public const string PassphraseSetByOperator = "passphrase_set_by_operator";

    /// <summary>A link to change the passphrase was mailed.</summary>
    public const string ResetRequested = "passphrase_reset_requested";

    /// <summary>A second factor is asked for from now on; the subject is <c>mail</c> or <c>app</c>.</summary>
    public const string SecondFactorOn = "second_factor_on";

    /// <summary>The passphrase alone lets in again.</summary>
    public const string SecondFactorOff = "second_factor_off";

    /// <summary>A recovery code was used.</summary>
    public const string RecoveryCodeUsed = "recovery_code_used";

    /// <summary>The mail address was changed.</summary>
    public const string EmailChanged = "email_changed";

    /// <summary>A client was let in; the subject is its name.</summary>
    public const string ClientGranted = "client_granted";

    /// <summary>The owner said of a client that it is their own application, and may ask for everything; the subject is its name.</summary>
    public const string ClientCertified = "client_certified";

    /// <summary>A client was shut out; the subject is its name.</summary>
    public const string ClientRevoked = "client_revoked";
}
