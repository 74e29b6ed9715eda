using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Grains.OAuth;
using Cozy.Web.Access;
using Cozy.Web.Auth.OAuth.Protocol;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Auth.OAuth.Consent;

/// <summary>
/// A client that nobody vouches for asks for everything: the owner says with a code from the mailbox that it is their own
/// application (<c>POST /auth/authorize/certify</c>), and is then asked for consent as for any other.
/// </summary>
internal sealed class Certification(IGrainFactory grains, RightsCache rights, OwnerSession owner, IOptions<OAuthOptions> options)
{
    /// <summary>Sends a code, or checks one.</summary>
    public async Task<IResult> PostAsync(HttpContext context)
    {
        var form = await AuthForm.ReadAsync(context.Request);
        if (await context.SessionAsync() is null)
            return RefusalPage.LogInFirst(context);
        if (!options.Value.CertifyByMail || await context.OAuthClients().FindAsync(form["client_id"]) is not { } client)
            return RefusalPage.Show(context, StatusCodes.Status400BadRequest, "The client must be registered");

        var texts = PageLanguage.Of(context);
        var codes = grains.GetGrain<ICertificationGrain>(context.Instance().Id);
        var token = form["token"];
        try
        {
            if (token.Length == 0)
                return CertifyPage.Show(context, client, form, await codes.SendCodeAsync(client.Id, client.Name));
            if (!await codes.CheckCodeAsync(client.Id, token, form["code"]))
                return CertifyPage.Show(context, client, form, token, texts.Security.WrongCode, StatusCodes.Status401Unauthorized);
        }
        catch (CozyException e) when (e.Kind == ErrorKind.TooManyRequests)
        {
            return CertifyPage.Show(context, client, form, token, texts.TooManyAttempts, StatusCodes.Status429TooManyRequests);
        }

        await context.OAuthClients().CertifyAsync(client.Id);
        rights.Forget(context.Instance().Id);
        await grains.GetGrain<IAuthGrain>(context.Instance().Id).RecordAsync(
            new SecurityEvent { Event = SecurityEvents.ClientCertified, Subject = client.Name, Visitor = owner.VisitorOf(context) });
        return new SeeOther(AuthorizationParameters.AddressOf(InstanceAddress.Of(context), name => form[name]));
    }
}

/// <summary>Which clients the owner must vouch for first.</summary>
internal static class CertificationRules
{
    /// <summary>Whether the client asks for everything and is not certified.</summary>
    public static bool NeedsCertification(this OAuthClient client, string scope, OAuthOptions options) =>
        scope == "*" && !client.IsFlagship && !options.SkipCertification;
}
