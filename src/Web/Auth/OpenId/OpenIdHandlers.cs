using System.Security.Cryptography;
using System.Text;
using Cozy.Grains.Auth;
using Cozy.Grains.Contexts;
using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Http;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Cozy.Web.Auth.OpenId;

/// <summary>The owner signs in at an external provider, in place of the passphrase; a second factor is still asked for.</summary>
internal sealed partial class OpenIdHandlers(
    IGrainFactory grains, OpenIdProviders providers, OpenIdClient client, OpenIdAttempts attempts, OwnerSession owner,
    EntryLimits limits, IOptions<WebOptions> options, ILogger<OpenIdHandlers> log)
{
    private static readonly string[] Returned = ["code", "state", "error"];

    /// <summary>Sends the browser to the provider.</summary>
    public async Task<IResult> StartAsync(HttpContext context)
    {
        if (providers.Of(context.Instance()) is not { } provider)
            return NotConfigured(context);

        var query = context.Request.Query;
        var confirmed = query["confirm_state"].ToString();
        var address = InstanceAddress.Of(context);
        string? target, error;
        var isResolved = confirmed.Length == 0
            ? RedirectTarget.TryResolve(query["redirect"], address, out target, out error)
            : ConfirmationTarget.TryResolve(query["redirect"], address, options.Value, out target, out error) && ConfirmationTarget.IsState(confirmed);
        if (!isResolved)
            return Refusal.Show(context, StatusCodes.Status400BadRequest, error ?? "bad state", PageLanguage.Of(context).ErrorForeignTarget);

        try
        {
            var described = await providers.DescribeAsync(provider, anew: false, context.RequestAborted);
            var (attempt, state) = attempts.Begin(context, target!, confirmed.Length == 0 ? null : confirmed);
            context.Response.Headers.CacheControl = "no-store";
            return new SeeOther(QueryHelpers.AddQueryString(described.AuthorizationEndpoint, new Dictionary<string, string?>
            {
                ["response_type"] = "code",
                ["client_id"] = provider.ClientId,
                ["scope"] = provider.Scope,
                ["redirect_uri"] = RedirectUriOf(provider, address),
                ["state"] = state,
                ["nonce"] = attempt.Nonce,
                ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(attempt.Verifier))),
                ["code_challenge_method"] = "S256",
            }));
        }
        catch (OpenIdException failure)
        {
            return Unusable(context, failure);
        }
    }

    /// <summary>Sends a browser that comes from the provider on to the instance it belongs to.</summary>
    public IResult Return(HttpContext context)
    {
        var query = context.Request.Query;
        if (attempts.RootOf(query["state"]) is not { } root)
            return ErrorPage.Show(context, StatusCodes.Status404NotFound, PageLanguage.Of(context).Security.OpenIdTooLate);
        var kept = Returned.Where(name => query.ContainsKey(name));
        return new SeeOther(QueryHelpers.AddQueryString(root + "oidc/login", kept.Select(name => KeyValuePair.Create(name, (string?)query[name].ToString()))));
    }

    /// <summary>Lets the owner in, if the provider says that it is they.</summary>
    public async Task<IResult> LogInAsync(HttpContext context)
    {
        limits.CountEntry(context);
        var security = PageLanguage.Of(context).Security;
        var query = context.Request.Query;
        if (providers.Of(context.Instance()) is not { } provider)
            return NotConfigured(context);
        if (attempts.End(context, query["state"]) is not { } attempt)
            return ErrorPage.Show(context, StatusCodes.Status400BadRequest, security.OpenIdTooLate);
        if (query["code"].ToString() is not { Length: > 0 } code)
            return ErrorPage.Show(context, StatusCodes.Status403Forbidden, security.OpenIdRefused);

        try
        {
            var redirect = RedirectUriOf(provider, InstanceAddress.Of(context));
            if (await client.RedeemAsync(provider, code, redirect, attempt, context.RequestAborted) is not { } account)
                return ErrorPage.Show(context, StatusCodes.Status403Forbidden, security.OpenIdRefused);
            return IsOwner(context.Instance(), account)
                ? await WelcomeAsync(context, attempt, account)
                : ErrorPage.Show(context, StatusCodes.Status403Forbidden, Texts.With(security.OpenIdStranger, provider.Name));
        }
        catch (OpenIdException failure)
        {
            return Unusable(context, failure);
        }
        catch (CozyException e) when (e.Kind == ErrorKind.TooManyRequests)
        {
            return ErrorPage.Show(context, StatusCodes.Status429TooManyRequests);
        }
    }

    private static bool IsOwner(Instance instance, OpenIdAccount account) =>
        (instance.OidcId is { Length: > 0 } known && known == account.Subject)
        || (account.Domain is { } domain && string.Equals(domain, instance.Domain, StringComparison.OrdinalIgnoreCase));

    private async Task<IResult> WelcomeAsync(HttpContext context, OpenIdAttempt attempt, OpenIdAccount account)
    {
        var id = context.Instance().Id;
        var visitor = owner.VisitorOf(context);
        if (await grains.GetGrain<ISecondFactorGrain>(id).ChallengeAsync(visitor) is { } token)
        {
            return new SeeOther(attempt.ConfirmedState is { } state
                ? TwoFactorPage.AddressFor(context, token, state, attempt.Target)
                : TwoFactorPage.AddressFor(context, token, longRun: false, attempt.Target, account.SessionId));
        }

        if (attempt.ConfirmedState is { } confirmed)
        {
            var code = await grains.GetGrain<IConfirmationGrain>(id).ConfirmRecognizedAsync(confirmed);
            return new SeeOther(ConfirmationTarget.With(attempt.Target, code, confirmed));
        }

        var isForClient = LoginHandlers.LeadsToAuthorize(context, attempt.Target);
        var session = await grains.GetGrain<IAuthGrain>(id).OpenSessionAsync(
            new SessionRequest(LongRun: false, ShortRun: isForClient, visitor, account.SessionId ?? OpenIdEndpoints.UnnamedSession));
        owner.Begin(context, session);
        return new SeeOther(attempt.Target);
    }

    private static string RedirectUriOf(OpenIdProvider provider, InstanceAddress address) =>
        provider.RedirectUri.Length > 0 ? provider.RedirectUri : address.Origin + OpenIdEndpoints.RedirectPath;

    private static IResult NotConfigured(HttpContext context) => ErrorPage.Show(context, StatusCodes.Status404NotFound);

    private IResult Unusable(HttpContext context, OpenIdException failure)
    {
        LogUnusable(log, context.Instance().ContextName ?? ContextsOptions.DefaultName, failure.Message, failure.InnerException);
        return ErrorPage.Show(context, StatusCodes.Status502BadGateway, PageLanguage.Of(context).Security.OpenIdUnreachable);
    }

    [LoggerMessage(1, LogLevel.Warning, "The OpenID provider of context {Context} cannot be used: {Reason}")]
    private static partial void LogUnusable(ILogger logger, string context, string reason, Exception? failure);
}
