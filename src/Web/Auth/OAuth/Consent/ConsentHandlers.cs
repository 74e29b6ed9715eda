using Cozy.Grains.Auth;
using Cozy.Grains.OAuth;
using Cozy.Web.Auth.OAuth.Protocol;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cozy.Web.Auth.OAuth.Consent;

/// <summary>A client asks for access (<c>/auth/authorize</c>): the owner is shown what for, and agrees or not.</summary>
internal sealed class ConsentHandlers(IGrainFactory grains, IOptions<OAuthOptions> options, SessionCodes codes, OwnerSession owner)
{
    /// <summary>Shows what the client asks for; those who are not logged in log in first.</summary>
    public async Task<IResult> ShowAsync(HttpContext context)
    {
        if (await codes.EnterAsync(context, isForClient: true) is { } entered)
            return entered;
        if (await OAuthServer.ExamineAsync(context))
            return Results.Empty;

        if (await context.SessionAsync() is null)
            return new SeeOther(LoginAddress(context));

        var grant = OAuthGrant.Of(context);
        if (grant.Scope == AuthorizationRequestRules.LoginScope)
            return await AgreeAsync(context, grant);
        if (await CountWhenFullAsync(context, grant) is { } count)
            return RefusalPage.TooManyDevices(context, count);
        if (grant.Client.NeedsCertification(grant.Scope, options.Value))
            return CertifyPage.Show(context, grant.Client);
        return grant.Client.IsCreatedAtOnboarding ? await AgreeAsync(context, grant) : ConsentPage.Show(context, grant);
    }

    /// <summary>The owner has agreed.</summary>
    public async Task<IResult> AgreeAsync(HttpContext context)
    {
        if (await OAuthServer.ExamineAsync(context))
            return Results.Empty;

        if (await context.SessionAsync() is null)
            return RefusalPage.LogInFirst(context);

        var grant = OAuthGrant.Of(context);
        if (grant.Client.NeedsCertification(grant.Scope, options.Value))
            return RefusalPage.Show(context, StatusCodes.Status400BadRequest, "Invalid scope");
        return await CountWhenFullAsync(context, grant) is { } count
            ? RefusalPage.TooManyDevices(context, count)
            : await AgreeAsync(context, grant);
    }

    private async Task<IResult> AgreeAsync(HttpContext context, OAuthGrant grant)
    {
        // Who only wants to know who logs in gets no access to anything.
        if (grant.Scope == AuthorizationRequestRules.LoginScope)
            context.Features.Set(grant with { Scope = string.Empty });
        if (grant.Client.LinkedApp is { } slug && RedirectUri.IsWeb(new Uri(grant.RedirectUri!)))
        {
            var address = InstanceAddress.Of(context);
            context.Features.Set(new FallbackAddress($"{address.Scheme}://{address.AppDomain(slug)}"));
        }

        await context.OAuthClients().AcceptAsync(grant.Client.Id, operatingSystem: null);
        if (grant.Scope != AuthorizationRequestRules.LoginScope)
        {
            await grains.GetGrain<IAuthGrain>(context.Instance().Id).RecordAsync(
                new SecurityEvent { Event = SecurityEvents.ClientGranted, Subject = grant.Client.Name, Visitor = owner.VisitorOf(context) });
        }

        await OAuthServer.AgreeAsync(context, OAuthGrant.PrincipalOf(grant.Client.Id));
        return Results.Empty;
    }

    /// <summary>How many devices are connected, when one more does not fit in.</summary>
    private async Task<int?> CountWhenFullAsync(HttpContext context, OAuthGrant grant)
    {
        if (grant.Client is { IsFlagship: true } or { IsPending: false })
            return null;
        var count = await context.OAuthClients().CountConnectedAsync();
        return count >= options.Value.MaxClients ? count : null;
    }

    private static string LoginAddress(HttpContext context)
    {
        var origin = InstanceAddress.Of(context).Origin;
        var here = $"{origin}{context.Request.Path}{context.Request.QueryString}";
        return $"{origin}/auth/login?redirect={Uri.EscapeDataString(here)}";
    }
}
