using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.OpenId;

/// <summary>
/// A sign-in under way. What must stay here is in a sealed cookie, which only the browser that began it has: nobody can be
/// made to finish somebody else's. What goes to the provider and back only says where the browser belongs. Nothing is kept
/// by the server, so any silo can finish it.
/// </summary>
internal sealed class OpenIdAttempts(IDataProtectionProvider protection, TimeProvider time)
{
    private const string CookiePrefix = "cozyoidc-";
    private const string CookiePath = "/oidc";
    private const int RandomBytes = 32;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly IDataProtector _cookies = protection.CreateProtector("OpenId", "attempt");
    private readonly IDataProtector _states = protection.CreateProtector("OpenId", "state");

    /// <summary>Begins a sign-in; the answer carries its cookie.</summary>
    /// <returns>The attempt, and the state for the provider.</returns>
    public (OpenIdAttempt Attempt, string State) Begin(HttpContext context, string target, string? confirmedState)
    {
        var id = Random()[..16];
        var attempt = new OpenIdAttempt(
            id, context.Instance().Id, Random(), Random(), target, confirmedState, (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        var address = InstanceAddress.Of(context);
        context.Response.Cookies.Append(CookiePrefix + id, _cookies.Protect(JsonSerializer.Serialize(attempt)), new CookieOptions
        {
            Path = CookiePath,
            MaxAge = Lifetime,
            HttpOnly = true,
            Secure = address.Https,

            // The provider sends the browser back, so it comes from another site.
            SameSite = SameSiteMode.Lax,
        });
        return (attempt, _states.Protect($"{id} {address.Root}"));
    }

    /// <summary>The first page of the instance that a state belongs to, with a slash at the end; null when it is none of ours.</summary>
    public string? RootOf(string? state) => Open(state)?.Root;

    /// <summary>The attempt that a state belongs to, if this browser began it and not long ago. It is over then.</summary>
    public OpenIdAttempt? End(HttpContext context, string? state)
    {
        if (Open(state) is not var (id, _))
            return null;
        var name = CookiePrefix + id;
        if (context.Request.Cookies[name] is not { } cookie)
            return null;

        context.Response.Cookies.Append(name, "", new CookieOptions { Path = CookiePath, MaxAge = TimeSpan.Zero, HttpOnly = true });
        try
        {
            return JsonSerializer.Deserialize<OpenIdAttempt>(_cookies.Unprotect(cookie)) is { } attempt
                && attempt.Id == id && attempt.InstanceId == context.Instance().Id
                && time.GetUtcNow().ToUnixTimeSeconds() < attempt.Until
                ? attempt
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private (string Id, string Root)? Open(string? state)
    {
        try
        {
            return state is { Length: > 0 and < 4096 } && _states.Unprotect(state).Split(' ') is [var id, var root] ? (id, root) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
}

/// <summary>A sign-in under way.</summary>
/// <param name="Id">Tells it from others of the same browser.</param>
/// <param name="InstanceId">Where.</param>
/// <param name="Nonce">What the identity token must repeat.</param>
/// <param name="Verifier">What shows the provider that the code is ours (PKCE).</param>
/// <param name="Target">Where to go afterwards.</param>
/// <param name="ConfirmedState">The owner does not log in but confirms what has this name; null for a login.</param>
/// <param name="Until">When it is too late, in seconds of Unix time.</param>
internal sealed record OpenIdAttempt(
    string Id, string InstanceId, string Nonce, string Verifier, string Target, string? ConfirmedState, long Until);
