using System.Text.Json;
using Cozy.Grains.Auth;
using Cozy.Web.Access;
using Cozy.Web.Auth.OpenId;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Flagship;

/// <summary>Makes codes that open a session (<c>POST /auth/session_code</c>), for a token that may do everything or the passphrase.</summary>
internal sealed class SessionCodeHandler(IGrainFactory grains, OwnerSession owner, OpenIdProviders providers, CallerReader callers)
{
    public async Task<IResult> PostAsync(HttpContext context)
    {
        if (await MayDoEverythingAsync(context))
            return await GiveAsync(context, StatusCodes.Status201Created);
        if (context.Request.ContentLength is null or 0)
            return Refuse();

        using var body = await AuthJson.ReadAsync(context.Request);
        var check = await CheckAsync(context, body.RootElement);
        if (check.IsOwner)
            return await GiveAsync(context, StatusCodes.Status201Created);
        return check.TwoFactorToken is { } token
            ? AuthJson.Of(new { error = "two factor needed", two_factor_token = token }, StatusCodes.Status403Forbidden)
            : Refuse();
    }

    /// <summary>Answers with a code.</summary>
    public async Task<IResult> GiveAsync(HttpContext context, int status)
    {
        var code = await grains.GetGrain<ISessionCodeGrain>(context.Instance().Id).CreateCodeAsync();
        context.Response.Headers.CacheControl = "no-store";
        return AuthJson.Of(new { session_code = code }, status);
    }

    /// <summary>Whether the owner sent the body: the passphrase, and the second factor if there is one.</summary>
    public async Task<OwnerCheck> CheckAsync(HttpContext context, JsonElement body)
    {
        var visitor = owner.VisitorOf(context);
        var id = context.Instance().Id;
        if (providers.AreForced(context.Instance()))
            return new OwnerCheck(false, false, null);
        if (!await grains.GetGrain<IAuthGrain>(id).CheckPassphraseAsync(body.TextOrNumber("passphrase"), visitor))
            return new OwnerCheck(false, false, null);

        var factor = grains.GetGrain<ISecondFactorGrain>(id);
        var token = body.TextOrNumber("two_factor_token");
        if (token.Length == 0 || (await factor.GetStateAsync()).Factor == SecondFactor.None)
            return await factor.ChallengeAsync(visitor) is { } challenge ? new(false, false, challenge) : new(true, false, null);
        return await factor.VerifyAsync(token, body.TextOrNumber("two_factor_passcode"), visitor)
            ? new(true, false, null)
            : new(false, true, null);
    }

    private async Task<bool> MayDoEverythingAsync(HttpContext context)
    {
        try
        {
            return (await callers.ReadAsync(context)).Permissions.IsMaximal;
        }
        catch (ApiException)
        {
            return false;
        }
    }

    private static IResult Refuse() => AuthJson.Error("Not authorized", StatusCodes.Status401Unauthorized);
}

/// <summary>What came of asking whether it is the owner.</summary>
/// <param name="IsOwner">It is.</param>
/// <param name="WrongCode">The passphrase was right, the code of the second factor was not.</param>
/// <param name="TwoFactorToken">The passphrase was right, and this token goes with the second factor.</param>
internal readonly record struct OwnerCheck(bool IsOwner, bool WrongCode, string? TwoFactorToken);
