using Cozy.Grains.Instances;

namespace Cozy.Web.Auth.Tokens;

/// <summary>What follows from a token's audience: its name in the claims, the secret that signs it, how long it lives.</summary>
internal static class TokenRules
{
    private static readonly (string Name, TokenAudience Audience)[] Names =
    [
        ("app", TokenAudience.App),
        ("konn", TokenAudience.Connector),
        ("cli", TokenAudience.CommandLine),
        ("share", TokenAudience.Share),
        ("access", TokenAudience.Access),
        ("refresh", TokenAudience.Refresh),
        ("registration", TokenAudience.Registration),
    ];

    /// <summary>The value of the <c>aud</c> claim.</summary>
    public static string NameOf(TokenAudience audience) => Array.Find(Names, pair => pair.Audience == audience).Name;

    /// <summary>The audience of an <c>aud</c> claim; null when it is not one of ours.</summary>
    public static TokenAudience? Parse(string name) =>
        Array.FindIndex(Names, pair => pair.Name == name) is >= 0 and var index ? Names[index].Audience : null;

    /// <summary>The secret of the instance that signs tokens of this audience.</summary>
    public static ReadOnlyMemory<byte> SecretOf(Instance instance, TokenAudience audience) => audience switch
    {
        TokenAudience.App or TokenAudience.Connector => instance.SessionSecret,
        TokenAudience.CommandLine => instance.CliSecret,
        _ => instance.OAuthSecret,
    };

    /// <summary>How long a token is good, counted from when it was made; null for always.</summary>
    public static TimeSpan? LifetimeOf(TokenAudience audience, bool hasSession) => audience switch
    {
        TokenAudience.App when hasSession => TimeSpan.FromHours(24),
        TokenAudience.App or TokenAudience.Connector or TokenAudience.CommandLine => TimeSpan.FromMinutes(30),
        TokenAudience.Access => TimeSpan.FromDays(7),
        _ => null,
    };
}
