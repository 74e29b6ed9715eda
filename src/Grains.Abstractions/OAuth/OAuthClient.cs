using Orleans.Concurrency;

namespace Cozy.Grains.OAuth;

/// <summary>
/// A client of OAuth 2: an application on a device of the owner, or another server. Its document in
/// <c>io.cozy.oauth.clients</c> has the fields of cozy-stack. It holds secrets; the HTTP face decides who sees which.
/// </summary>
[GenerateSerializer, Immutable, Alias("cozy.OAuthClient")]
public sealed record OAuthClient
{
    /// <summary>Its <c>_id</c>, which is its <c>client_id</c>.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>Its <c>_rev</c>; null while it is not written.</summary>
    [Id(1)] public string? Revision { get; init; }

    /// <summary>What it proves itself with (<c>client_secret</c>).</summary>
    [Id(2)] public required string Secret { get; init; }

    /// <summary>Nobody has let it in yet, so it will be removed (<c>pending</c>).</summary>
    [Id(3)] public bool IsPending { get; init; }

    /// <summary>Where a browser may be sent with a code (<c>redirect_uris</c>).</summary>
    [Id(4)] public required IReadOnlyList<string> RedirectUris { get; init; }

    /// <summary>What people call it; no two of an instance are called the same (<c>client_name</c>).</summary>
    [Id(5)] public required string Name { get; init; }

    /// <summary><c>mobile</c>, <c>desktop</c>, <c>browser</c>, <c>sharing</c> … (<c>client_kind</c>).</summary>
    [Id(6)] public string? Kind { get; init; }

    /// <summary>The address of a page about it (<c>client_uri</c>).</summary>
    [Id(7)] public string? ClientUri { get; init; }

    /// <summary>The address of its logo (<c>logo_uri</c>).</summary>
    [Id(8)] public string? LogoUri { get; init; }

    /// <summary>The address of what it promises to do with data (<c>policy_uri</c>).</summary>
    [Id(9)] public string? PolicyUri { get; init; }

    /// <summary>Which program it is; <c>registry://slug</c> for one that is an app of the instance too (<c>software_id</c>).</summary>
    [Id(10)] public required string SoftwareId { get; init; }

    /// <summary>Its version (<c>software_version</c>).</summary>
    [Id(11)] public string? SoftwareVersion { get; init; }

    /// <summary>The operating system of the browser it was let in with (<c>client_os</c>).</summary>
    [Id(12)] public string? OperatingSystem { get; init; }

    /// <summary>The kinds of notifications it sends, as JSON; empty for none (<c>notifications</c>).</summary>
    [Id(13)] public ReadOnlyMemory<byte> Notifications { get; init; }

    /// <summary>How notifications reach it: <c>firebase</c>, <c>apns</c>, <c>huawei</c> … (<c>notification_platform</c>).</summary>
    [Id(14)] public string? NotificationPlatform { get; init; }

    /// <summary>The device for that platform (<c>notification_device_token</c>).</summary>
    [Id(15)] public string? NotificationDeviceToken { get; init; }

    /// <summary>When it last said that it had synchronized (<c>synchronized_at</c>).</summary>
    [Id(16)] public DateTimeOffset? SynchronizedAt { get; init; }

    /// <summary>When it last got an access token (<c>last_refreshed_at</c>).</summary>
    [Id(17)] public DateTimeOffset? LastRefreshedAt { get; init; }

    /// <summary>It was certified, and may ask for everything (<c>flagship</c>).</summary>
    [Id(18)] public bool IsFlagship { get; init; }

    /// <summary>It was certified by the store it came from (<c>certified_from_store</c>).</summary>
    [Id(19)] public bool IsCertifiedFromStore { get; init; }

    /// <summary>The owner let it in when the instance was made (<c>created_at_onboarding</c>).</summary>
    [Id(20)] public bool IsCreatedAtOnboarding { get; init; }

    /// <summary>It may ask who is logged in and nothing else (<c>allow_login_scope</c>).</summary>
    [Id(21)] public bool AllowsLoginScope { get; init; }

    /// <summary>The session at an external provider it lives and dies with (<c>oidc_session_id</c>).</summary>
    [Id(22)] public string? OidcSessionId { get; init; }

    /// <summary>When it was registered; null for very old ones (<c>cozyMetadata</c>).</summary>
    [Id(23)] public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last changed (<c>cozyMetadata</c>).</summary>
    [Id(24)] public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Which of its tokens are good: those made since they were last revoked (<c>token_generation</c>).</summary>
    [Id(25)] public int TokenGeneration { get; init; }

    /// <summary>Other members of its document, as a JSON object; they stay as they are. Empty for none.</summary>
    [Id(26)] public ReadOnlyMemory<byte> OtherMembers { get; init; }

    /// <summary>The app that this client is another face of; null for most.</summary>
    public string? LinkedApp => LinkedAppOf(SoftwareId);

    /// <summary>The app that a program with this <c>software_id</c> is another face of; null for most.</summary>
    public static string? LinkedAppOf(string softwareId) =>
        softwareId.StartsWith(LinkPrefix, StringComparison.Ordinal) ? softwareId[LinkPrefix.Length..].Split('/')[0] : null;

    private const string LinkPrefix = "registry://";
}

/// <summary>What decides whether a client's tokens are good, and what is said of who did something with them.</summary>
/// <param name="TokenGeneration">The one its good tokens have.</param>
/// <param name="IsFlagship">Whether it may have everything.</param>
[GenerateSerializer, Immutable, Alias("cozy.OAuthClientStanding")]
public sealed record OAuthClientStanding([property: Id(0)] int TokenGeneration, [property: Id(1)] bool IsFlagship)
{
    /// <summary>What people call the client.</summary>
    [Id(2)] public string? Name { get; init; }

    /// <summary><c>mobile</c>, <c>desktop</c> …; null when it does not tell.</summary>
    [Id(3)] public string? Kind { get; init; }

    /// <summary>Which program it is.</summary>
    [Id(4)] public string SoftwareId { get; init; } = "";

    /// <summary>Its version; null when it does not tell.</summary>
    [Id(5)] public string? SoftwareVersion { get; init; }

    /// <summary>That of a client.</summary>
    public static OAuthClientStanding Of(OAuthClient client) => new(client.TokenGeneration, client.IsFlagship)
    {
        Name = client.Name,
        Kind = client.Kind,
        SoftwareId = client.SoftwareId,
        SoftwareVersion = client.SoftwareVersion,
    };
}

/// <summary>A page of the list of clients.</summary>
/// <param name="Clients">In the order of their ids.</param>
/// <param name="HasMore">Whether more follow.</param>
[GenerateSerializer, Immutable, Alias("cozy.OAuthClientPage")]
public sealed record OAuthClientPage([property: Id(0)] IReadOnlyList<OAuthClient> Clients, [property: Id(1)] bool HasMore);

/// <summary>What the owner has allowed a client, for it to collect tokens with a code.</summary>
[GenerateSerializer, Immutable, Alias("cozy.AuthorizationCode")]
public sealed record AuthorizationCode
{
    /// <summary>The client it is for.</summary>
    [Id(0)] public required string ClientId { get; init; }

    /// <summary>What it allows; empty for nothing but to know who logged in.</summary>
    [Id(1)] public required string Scope { get; init; }

    /// <summary>The challenge of PKCE (S256); null when the client gave none.</summary>
    [Id(2)] public string? Challenge { get; init; }

    /// <summary>Where the code was sent.</summary>
    [Id(3)] public string? RedirectUri { get; init; }
}

/// <summary>A sign of life of a client, which is noted in its document.</summary>
[GenerateSerializer, Alias("cozy.OAuthClientUse")]
public enum OAuthClientUse
{
    /// <summary>It got an access token.</summary>
    Refreshed = 0,

    /// <summary>It has synchronized.</summary>
    Synchronized = 1,
}
