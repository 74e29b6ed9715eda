using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orleans;

namespace Cozy.Web.Auth.Pages;

/// <summary>The second step of a login. The token of the first step stands in for one against forged forms.</summary>
internal sealed class TwoFactorHandlers(IGrainFactory grains, OwnerSession owner, IOptions<WebOptions> options)
{
    private const int MaxProviderSession = 256;

    public async Task<IResult> ShowAsync(HttpContext context)
    {
        var token = context.Request.Query["two_factor_token"].ToString();
        if (token.Length == 0)
        {
            return Refusal.Show(context, StatusCodes.Status400BadRequest, "Missing twoFactorToken", PageLanguage.Of(context).FormExpired);
        }

        return StepOf(context, name => context.Request.Query[name].ToString(), token) is { } step
            ? TwoFactorPage.Show(context, await FactorAsync(context), step)
            : RefuseTarget(context);
    }

    public async Task<IResult> PostAsync(HttpContext context)
    {
        var form = await AuthForm.ReadAsync(context.Request);
        if (StepOf(context, name => form[name], form["two-factor-token"]) is not { } step)
        {
            return RefuseTarget(context);
        }

        var texts = PageLanguage.Of(context);
        try
        {
            if (step.ConfirmedState is { } state)
                return await ConfirmAsync(context, step, state, form["two-factor-passcode"]);

            var outcome = await grains.GetGrain<IAuthGrain>(context.Instance().Id).FinishLoginAsync(new LoginCode
            {
                Token = step.Token,
                Code = form["two-factor-passcode"],
                LongRun = step.LongRun,
                ShortRun = !step.LongRun && step.LeadsToAuthorize,
                TrustDevice = form.IsTicked("two-factor-generate-trusted-device-token"),
                Visitor = owner.VisitorOf(context),
                ProviderSession = step.ProviderSession,
            });
            return outcome.Session is null ? await RefuseCodeAsync(context, step) : Welcome(context, step, outcome);
        }
        catch (CozyException e) when (e.Kind == ErrorKind.TooManyRequests)
        {
            return await RefuseAsync(context, step, texts.TooManyAttempts, texts.TooManyAttempts, StatusCodes.Status429TooManyRequests);
        }
    }

    private async Task<IResult> ConfirmAsync(HttpContext context, TwoFactorStep step, string state, string passcode)
    {
        var outcome = await grains.GetGrain<IConfirmationGrain>(context.Instance().Id)
            .FinishConfirmationAsync(new ConfirmationStep(step.Token, passcode, state, owner.VisitorOf(context)));
        return outcome.Code is { } code
            ? SeeOther.Or(context, ConfirmationTarget.With(step.Target, code, state))
            : await RefuseCodeAsync(context, step);
    }

    private IResult Welcome(HttpContext context, TwoFactorStep step, LoginOutcome outcome)
    {
        owner.Begin(context, outcome.Session!);
        if (outcome.TrustedDevice is not { } trusted)
        {
            return SeeOther.Or(context, step.Target);
        }

        TrustedDeviceCookie.Write(context, trusted);
        return AuthJson.IsWanted(context.Request)
            ? AuthJson.Of(new { redirect = step.Target, two_factor_trusted_device_token = trusted })
            : new SeeOther(step.Target);
    }

    private Task<IResult> RefuseCodeAsync(HttpContext context, TwoFactorStep step)
    {
        var security = PageLanguage.Of(context).Security;
        return RefuseAsync(context, step, security.WrongCode, security.WrongCodeForClients, StatusCodes.Status401Unauthorized);
    }

    private async Task<IResult> RefuseAsync(HttpContext context, TwoFactorStep step, string forPeople, string forClients, int status) =>
        AuthJson.IsWanted(context.Request)
            ? AuthJson.Error(forClients, status)
            : TwoFactorPage.Show(context, await FactorAsync(context), step, forPeople, status);

    private async Task<SecondFactor> FactorAsync(HttpContext context) =>
        (await grains.GetGrain<ISecondFactorGrain>(context.Instance().Id).GetStateAsync()).Factor;

    private TwoFactorStep? StepOf(HttpContext context, Func<string, string> field, string token)
    {
        if (field("confirm") == "true")
        {
            return ConfirmationTarget.IsState(field("state"))
                && ConfirmationTarget.TryResolve(field("redirect"), InstanceAddress.Of(context), options.Value, out var next, out _)
                ? new TwoFactorStep(token, false, next, false, field("state"))
                : null;
        }

        if (!RedirectTarget.TryResolve(field("redirect"), InstanceAddress.Of(context), out var target, out _))
        {
            return null;
        }

        // cozy-stack's own page sends it in the query even with the form.
        var longRun = field("long-run-session") is "true" or "1"
            || context.Request.Query["long-run-session"].ToString() is "true" or "1";
        var provider = field("provider-session") is { Length: > 0 and <= MaxProviderSession } session ? session : null;
        return new TwoFactorStep(token, longRun, target, LoginHandlers.LeadsToAuthorize(context, target), null, provider);
    }

    private static IResult RefuseTarget(HttpContext context) => Refusal.Show(
        context, StatusCodes.Status400BadRequest, "bad url: should be subdomain", PageLanguage.Of(context).ErrorForeignTarget);
}
