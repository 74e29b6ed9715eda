using Orleans.Concurrency;

namespace Cozy.Grains.Accounts;

/// <summary>
/// A kind of account at somebody else's service, as the operator describes it: how an owner lets the service's connector in
/// (<c>io.cozy.account_types</c>). Its secrets are readable here.
/// </summary>
[GenerateSerializer, Immutable, Alias("cozy.AccountType")]
public sealed record AccountType
{
    /// <summary>What accounts of this kind have as <c>account_type</c>.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>How the owner lets the connector in (<c>grant_mode</c>): one of <see cref="GrantModes"/>.</summary>
    [Id(1)] public string GrantMode { get; init; } = "";

    /// <summary>What we are called at the provider (<c>client_id</c>).</summary>
    [Id(2)] public string ClientId { get; init; } = "";

    /// <summary>What we show the provider (<c>client_secret</c>).</summary>
    [Id(3)] public string ClientSecret { get; init; } = "";

    /// <summary>Where the owner's browser is sent (<c>auth_endpoint</c>).</summary>
    [Id(4)] public string AuthorizationEndpoint { get; init; } = "";

    /// <summary>Where codes are exchanged for tokens (<c>token_endpoint</c>); empty when the connector does that.</summary>
    [Id(5)] public string TokenEndpoint { get; init; } = "";

    /// <summary>How the client's secret is sent there (<c>token_mode</c>): <c>form</c>, <c>basic</c> or <c>get</c>.</summary>
    [Id(6)] public string TokenMode { get; init; } = "";

    /// <summary>The address that the provider sends browsers back to (<c>redirect_uri</c>); empty for the instance's own.</summary>
    [Id(7)] public string RedirectUri { get; init; } = "";

    /// <summary>More parameters for the provider's page (<c>extras</c>).</summary>
    [Id(8)] public IReadOnlyDictionary<string, string> Extras { get; init; } = new Dictionary<string, string>();

    /// <summary>The provider's page must not be told the address to come back to (<c>skip_redirect_uri_on_authorize</c>).</summary>
    [Id(9)] public bool SkipsRedirectUri { get; init; }

    /// <summary>The token endpoint must not be told the state (<c>skip_state_on_token</c>).</summary>
    [Id(10)] public bool SkipsState { get; init; }

    /// <summary>The page of an aggregator where connections are managed (<c>manage_endpoint</c>).</summary>
    [Id(11)] public string ManageEndpoint { get; init; } = "";

    /// <summary>The page of an aggregator where a connection is made anew (<c>reconnect_endpoint</c>).</summary>
    [Id(12)] public string ReconnectEndpoint { get; init; } = "";

    /// <summary>Something else that connectors of this kind need (<c>secret</c>), any JSON; empty for nothing.</summary>
    [Id(13)] public ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>Whether connectors are given <see cref="Secret"/>.</summary>
    public bool HasSecret => GrantMode == GrantModes.Secret || GrantMode.EndsWith("+secret", StringComparison.Ordinal);

    /// <summary><see cref="GrantMode"/> without what it says of a secret.</summary>
    public string Flow => GrantMode.Split('+')[0];
}

/// <summary>The values of <see cref="AccountType.GrantMode"/>; all but the last may be followed by <c>+secret</c>.</summary>
public static class GrantModes
{
    /// <summary>OAuth's authorization code.</summary>
    public const string Code = "authorization_code";

    /// <summary>A token in the address.</summary>
    public const string Token = "token";

    /// <summary>As <see cref="Token"/>, at providers that say <c>redirect_url</c>.</summary>
    public const string TokenRedirectUrl = "token_redirect_url";

    /// <summary>The page of a bank aggregator.</summary>
    public const string Webview = "bi_webview";

    /// <summary>An older page of it.</summary>
    public const string Webauth = "bi_webauth";

    /// <summary>No page: only a secret for the connector.</summary>
    public const string Secret = "secret";
}
