using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Web.Access;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Security;

/// <summary>What the owner does on the page of security: sessions and the passphrase.</summary>
internal sealed class SecurityHandlers(IGrainFactory grains, OwnerSession owner, RightsCache rights)
{
    private const int ShownEvents = 20;

    public async Task<IResult> ShowAsync(HttpContext context)
    {
        var auth = AuthOf(context);
        var factor = await grains.GetGrain<ISecondFactorGrain>(context.Instance().Id).GetStateAsync();
        return SecurityPage.Show(
            context, (await context.SessionAsync())!, factor, await auth.ListSessionsAsync(),
            await auth.ListEventsAsync(ShownEvents), NoticeOf(context));
    }

    public async Task<IResult> EndSessionAsync(HttpContext context)
    {
        var form = await AuthForm.ReadAsync(context.Request);
        await AuthOf(context).LogoutAsync(form["id"]);
        rights.Forget(context.Instance().Id);
        return Back(context, null);
    }

    public async Task<IResult> EndOthersAsync(HttpContext context)
    {
        await AuthOf(context).LogoutOthersAsync((await context.SessionAsync())!.Id);
        rights.Forget(context.Instance().Id);
        return Back(context, "others");
    }

    public static IResult ShowPassphrase(HttpContext context) => ChangePassphrasePage.Show(context);

    public async Task<IResult> ChangePassphraseAsync(HttpContext context)
    {
        var form = ChangePassphraseForm.Of(await AuthForm.ReadAsync(context.Request));
        var texts = PageLanguage.Of(context);
        PassphraseChangeOutcome outcome;
        try
        {
            outcome = await grains.GetGrain<IPassphraseGrain>(context.Instance().Id).ChangeAsync(new PassphraseChange
            {
                CurrentPassphrase = form.CurrentPassphrase,
                NewPassphrase = DerivedPassphrase.Require(form.NewPassphrase),
                KdfIterations = DerivedPassphrase.RequireIterations(form.Iterations),
                Hint = DerivedPassphrase.RequireHint(form.Hint),
                TwoFactorToken = form.Token,
                TwoFactorCode = form.Code,
                LongRun = (await context.SessionAsync())!.LongRun,
                Visitor = owner.VisitorOf(context),
            });
        }
        catch (CozyException e) when (e.Kind is ErrorKind.BadRequest or ErrorKind.Invalid or ErrorKind.TooManyRequests)
        {
            var (message, status) = e.Kind == ErrorKind.TooManyRequests
                ? (texts.TooManyAttempts, StatusCodes.Status429TooManyRequests)
                : (form.Token.Length > 0 ? texts.Security.WrongCode : texts.WrongPassphrase, StatusCodes.Status401Unauthorized);
            return form.Token.Length > 0
                ? ChangePassphrasePage.Code(context, await FactorAsync(context), form.Token, form, message, status)
                : ChangePassphrasePage.Show(context, message, status: status);
        }

        if (outcome.TwoFactorToken is { } token)
            return ChangePassphrasePage.Code(context, await FactorAsync(context), token, form);
        await owner.ReloadAsync(context);
        owner.Begin(context, outcome.Session!);
        return Back(context, "passphrase");
    }

    /// <summary>Sends the owner back to the page, which tells what was done.</summary>
    public static IResult Back(HttpContext context, string? done) =>
        new SeeOther($"{InstanceAddress.Of(context).Root}auth/security{(done is null ? "" : $"?done={done}")}");

    private static string? NoticeOf(HttpContext context)
    {
        var security = PageLanguage.Of(context).Security;
        return context.Request.Query["done"].ToString() switch
        {
            "others" => security.LoggedOutOthers,
            "passphrase" => security.PassphraseChanged,
            "on" => security.FactorIsOn,
            "off" => security.FactorIsOff,
            "email" => security.EmailConfirmed,
            _ => null,
        };
    }

    private async Task<SecondFactor> FactorAsync(HttpContext context) =>
        (await grains.GetGrain<ISecondFactorGrain>(context.Instance().Id).GetStateAsync()).Factor;

    private IAuthGrain AuthOf(HttpContext context) => grains.GetGrain<IAuthGrain>(context.Instance().Id);
}
