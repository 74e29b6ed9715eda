using Orleans.Concurrency;

namespace Cozy.Grains.Instances;

/// <summary>One instance, as its document in <c>global/instances</c> describes it (field names in the document are cozy-stack's).</summary>
[GenerateSerializer, Immutable, Alias("cozy.Instance")]
public sealed record Instance
{
    /// <summary>The instance's id, which is the prefix of its databases (<c>prefix</c>).</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>The document's revision.</summary>
    [Id(1)] public required string Revision { get; init; }

    /// <summary>The main domain, with its port if not the default (<c>domain</c>).</summary>
    [Id(2)] public required string Domain { get; init; }

    /// <summary>Other domains it answers (<c>domain_aliases</c>).</summary>
    [Id(3)] public IReadOnlyList<string> DomainAliases { get; init; } = [];

    /// <summary>The language of pages and mails, such as <c>en</c> (<c>locale</c>).</summary>
    [Id(4)] public required string Locale { get; init; }

    /// <summary>The context whose configuration applies (<c>context</c>).</summary>
    [Id(5)] public string? ContextName { get; init; }

    /// <summary>An id given by the operator (<c>uuid</c>).</summary>
    [Id(6)] public string? Uuid { get; init; }

    /// <summary>0 for the passphrase alone, 1 for a second factor by mail (<c>auth_mode</c>).</summary>
    [Id(7)] public int AuthMode { get; init; }

    /// <summary>Nobody gets in until the operator lifts it (<c>blocked</c>).</summary>
    [Id(8)] public bool Blocked { get; init; }

    /// <summary>Why it is blocked, such as <c>PAYMENT_FAILED</c> (<c>blocking_reason</c>).</summary>
    [Id(9)] public string? BlockingReason { get; init; }

    /// <summary>The owner has chosen a passphrase (<c>onboarding_finished</c>).</summary>
    [Id(10)] public bool OnboardingFinished { get; init; }

    /// <summary>Most bytes its files and their versions may take; 0 for no limit (<c>disk_quota</c>).</summary>
    [Id(11)] public long DiskQuota { get; init; }

    /// <summary>Hash of the owner's (already derived) passphrase (<c>passphrase_hash</c>, base64 of the text).</summary>
    [Id(12)] public string? PassphraseHash { get; init; }

    /// <summary>Rounds of PBKDF2 the owner's browser does (in <c>io.cozy.settings.bitwarden</c>: <c>passphrase_kdf_iterations</c>).</summary>
    [Id(13)] public int KdfIterations { get; init; }

    /// <summary>Opens the page on which the owner chooses the first passphrase (<c>register_token</c>).</summary>
    [Id(14)] public ReadOnlyMemory<byte> RegisterToken { get; init; }

    /// <summary>Signs session cookies and tokens of apps and connectors; 64 bytes (<c>session_secret</c>).</summary>
    [Id(15)] public required ReadOnlyMemory<byte> SessionSecret { get; init; }

    /// <summary>Signs OAuth and share tokens; 128 bytes (<c>oauth_secret</c>).</summary>
    [Id(16)] public required ReadOnlyMemory<byte> OAuthSecret { get; init; }

    /// <summary>Signs command line tokens; 128 bytes (<c>cli_secret</c>).</summary>
    [Id(17)] public required ReadOnlyMemory<byte> CliSecret { get; init; }

    /// <summary>The owner's mail address (in <c>io.cozy.settings.instance</c>: <c>email</c>).</summary>
    [Id(18)] public string? Email { get; init; }

    /// <summary>The name shown to others (in <c>io.cozy.settings.instance</c>: <c>public_name</c>).</summary>
    [Id(19)] public string? PublicName { get; init; }

    /// <summary>The owner's time zone, such as <c>Europe/Paris</c> (in <c>io.cozy.settings.instance</c>: <c>tz</c>).</summary>
    [Id(20)] public string? TimeZone { get; init; }

    /// <summary>SHA-256 of the token of a link to choose a new passphrase; empty for none (<c>passphrase_reset_token</c>).</summary>
    [Id(21)] public ReadOnlyMemory<byte> PassphraseResetToken { get; init; }

    /// <summary>When that link ends (<c>passphrase_reset_time</c>).</summary>
    [Id(22)] public DateTimeOffset? PassphraseResetTime { get; init; }

    /// <summary>The feature flags set for this instance, as a JSON object; empty for none (<c>feature_flags</c>).</summary>
    [Id(23)] public ReadOnlyMemory<byte> FeatureFlags { get; init; }

    /// <summary>Names of sets of features, which a manager of the farm gives a meaning (<c>feature_sets</c>).</summary>
    [Id(24)] public IReadOnlyList<string> FeatureSets { get; init; } = [];

    /// <summary>The id of the owner's account at the context's OpenID provider (<c>oidc_id</c>).</summary>
    [Id(25)] public string? OidcId { get; init; }
}

/// <summary>A passphrase that takes the place of the one there is, or is the first.</summary>
[GenerateSerializer, Immutable, Alias("cozy.PassphraseReplacement")]
public sealed record PassphraseReplacement
{
    /// <summary>The hash.</summary>
    [Id(0)] public required string Hash { get; init; }

    /// <summary>Rounds of PBKDF2 the owner's browser does.</summary>
    [Id(1)] public required int KdfIterations { get; init; }

    /// <summary>A new hint; null to leave it, empty for none.</summary>
    [Id(2)] public string? Hint { get; init; }

    /// <summary>New keys of the vault, if there are some.</summary>
    [Id(3)] public Auth.VaultKeys? Keys { get; init; }

    /// <summary>The hash of the reset token that must still be there; empty when no link is involved.</summary>
    [Id(4)] public ReadOnlyMemory<byte> ResetToken { get; init; }
}

/// <summary>What a new instance is given.</summary>
[GenerateSerializer, Immutable, Alias("cozy.NewInstance")]
public sealed record NewInstance
{
    /// <summary>The main domain, canonical.</summary>
    [Id(0)] public required string Domain { get; init; }

    /// <summary>Other domains.</summary>
    [Id(1)] public IReadOnlyList<string> DomainAliases { get; init; } = [];

    /// <summary><c>en</c> or <c>fr</c>; others fall back to <c>en</c> on pages.</summary>
    [Id(2)] public string Locale { get; init; } = "en";

    /// <summary>The context.</summary>
    [Id(3)] public string? ContextName { get; init; }

    /// <summary>The operator's id.</summary>
    [Id(4)] public string? Uuid { get; init; }

    /// <summary>Bytes; 0 for no limit.</summary>
    [Id(5)] public long DiskQuota { get; init; }

    /// <summary>The owner's mail address.</summary>
    [Id(6)] public string? Email { get; init; }

    /// <summary>The name shown to others.</summary>
    [Id(7)] public string? PublicName { get; init; }

    /// <summary>The owner's time zone.</summary>
    [Id(8)] public string? TimeZone { get; init; }

    /// <summary>The owner's passphrase in the clear; null to let the owner choose one with the register token.</summary>
    [Id(9)] public string? Passphrase { get; init; }

    /// <summary>Rounds of PBKDF2; 0 for the default.</summary>
    [Id(10)] public int KdfIterations { get; init; }

    /// <summary>The short names of the apps it begins with; null for those of its context.</summary>
    [Id(11)] public IReadOnlyList<string>? Apps { get; init; }

    /// <summary>The id of the owner's account at the context's OpenID provider.</summary>
    [Id(12)] public string? OidcId { get; init; }

    /// <summary>Its public address, such as <c>https://alice.example.net/</c>; null when whoever makes it does not know.</summary>
    [Id(13)] public string? Address { get; init; }
}

/// <summary>What to change of an instance; null leaves a value as it is.</summary>
[GenerateSerializer, Immutable, Alias("cozy.InstancePatch")]
public sealed record InstancePatch
{
    /// <summary>All other domains.</summary>
    [Id(0)] public IReadOnlyList<string>? DomainAliases { get; init; }

    /// <summary>The language.</summary>
    [Id(1)] public string? Locale { get; init; }

    /// <summary>The context.</summary>
    [Id(2)] public string? ContextName { get; init; }

    /// <summary>The operator's id.</summary>
    [Id(3)] public string? Uuid { get; init; }

    /// <summary>Bytes; 0 or -1 for no limit.</summary>
    [Id(4)] public long? DiskQuota { get; init; }

    /// <summary>The owner's mail address.</summary>
    [Id(5)] public string? Email { get; init; }

    /// <summary>The name shown to others.</summary>
    [Id(6)] public string? PublicName { get; init; }

    /// <summary>The owner's time zone.</summary>
    [Id(7)] public string? TimeZone { get; init; }

    /// <summary>Whether it is blocked.</summary>
    [Id(8)] public bool? Blocked { get; init; }

    /// <summary>Why.</summary>
    [Id(9)] public string? BlockingReason { get; init; }

    /// <summary>Whether the owner has finished the onboarding.</summary>
    [Id(10)] public bool? OnboardingFinished { get; init; }

    /// <summary>0 for the passphrase alone, 1 for a second factor.</summary>
    [Id(11)] public int? AuthMode { get; init; }

    /// <summary>All names of sets of features.</summary>
    [Id(12)] public IReadOnlyList<string>? FeatureSets { get; init; }

    /// <summary>The id of the owner's account at the context's OpenID provider; empty for none.</summary>
    [Id(13)] public string? OidcId { get; init; }
}

/// <summary>A page of the list of instances.</summary>
/// <param name="Instances">In the order of their ids.</param>
/// <param name="HasMore">Whether more follow.</param>
[GenerateSerializer, Immutable, Alias("cozy.InstancePage")]
public sealed record InstancePage([property: Id(0)] IReadOnlyList<Instance> Instances, [property: Id(1)] bool HasMore);
