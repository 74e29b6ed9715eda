using Orleans.Concurrency;

namespace Cozy.Grains.Auth;

/// <summary>
/// Codes that open a browser session once: an application that is logged in hands its own session on to a web view. The
/// key is the instance's id.
/// </summary>
[Alias("cozy.ISessionCodeGrain")]
public interface ISessionCodeGrain : IGrainWithStringKey
{
    /// <summary>Makes a code, which is good once and for <c>Auth:SessionCodeLifetime</c>.</summary>
    [AlwaysInterleave, Alias("CreateCode")]
    Task<string> CreateCodeAsync();

    /// <summary>Uses a code up.</summary>
    /// <param name="code">The code.</param>
    /// <param name="request">The session to open; null to open none, because there is one.</param>
    /// <returns>The session; null when none is wanted or the code is unknown, used or too old.</returns>
    [AlwaysInterleave, Alias("RedeemCode")]
    Task<Session?> RedeemCodeAsync(string code, SessionRequest? request);
}
