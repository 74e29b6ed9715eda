using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Auth.Security;

/// <summary>Turning the second factor on and off.</summary>
internal sealed class FactorHandlers(IGrainFactory grains, OwnerSession owner)
{
    public static IResult ShowApp(HttpContext context) => FactorPages.App(context, Base32.NewKey());

    public async Task<IResult> AddAppAsync(HttpContext context)
    {
        var form = await AuthForm.ReadAsync(context.Request);
        if (!Base32.TryDecode(form["secret"], out var secret))
            return ShowApp(context);

        var texts = PageLanguage.Of(context);
        try
        {
            var codes = await FactorOf(context).AddAppAsync(new AuthenticatorApp
            {
                Secret = secret,
                Code = form["code"],
                DerivedPassphrase = form["passphrase"],
                Visitor = owner.VisitorOf(context),
            });
            if (codes is null)
                return FactorPages.App(context, form["secret"], wrongCode: texts.Security.WrongCode, status: StatusCodes.Status422UnprocessableEntity);
            await owner.ReloadAsync(context);
            return FactorPages.Recovery(context, codes);
        }
        catch (CozyException e) when (e.Kind is ErrorKind.Forbidden or ErrorKind.TooManyRequests)
        {
            return e.Kind == ErrorKind.Forbidden
                ? FactorPages.App(context, form["secret"], texts.WrongPassphrase, status: StatusCodes.Status401Unauthorized)
                : FactorPages.App(context, form["secret"], texts.TooManyAttempts, status: StatusCodes.Status429TooManyRequests);
        }
    }

    /// <summary>Without a code it mails one; with it, it turns codes by mail on.</summary>
    public async Task<IResult> UseMailAsync(HttpContext context)
    {
        var form = await AuthForm.ReadAsync(context.Request);
        var texts = PageLanguage.Of(context);
        try
        {
            if (form["code"].Length == 0)
            {
                await FactorOf(context).SendActivationCodeAsync(owner.VisitorOf(context));
                return FactorPages.Mail(context);
            }

            if (!await FactorOf(context).ActivateMailAsync(form["code"], owner.VisitorOf(context)))
                return FactorPages.Mail(context, texts.Security.WrongCode, StatusCodes.Status422UnprocessableEntity);
            await owner.ReloadAsync(context);
            return SecurityHandlers.Back(context, "on");
        }
        catch (CozyException e) when (e.Kind == ErrorKind.TooManyRequests)
        {
            return FactorPages.Mail(context, texts.TooManyAttempts, StatusCodes.Status429TooManyRequests);
        }
        catch (CozyException e) when (e.Code is "mail_disabled" or "no_mail_address")
        {
            var message = e.Code == "mail_disabled" ? texts.Security.MailDisabled : texts.Security.NoMailAddress;
            return ErrorPage.Show(context, StatusCodes.Status503ServiceUnavailable, message);
        }
    }

    public static IResult ShowOff(HttpContext context) => FactorPages.Off(context);

    public async Task<IResult> TurnOffAsync(HttpContext context)
    {
        var form = await AuthForm.ReadAsync(context.Request);
        var texts = PageLanguage.Of(context);
        var visitor = owner.VisitorOf(context);
        try
        {
            if (!await grains.GetGrain<IAuthGrain>(context.Instance().Id).CheckPassphraseAsync(form["passphrase"], visitor))
                return FactorPages.Off(context, texts.WrongPassphrase, StatusCodes.Status401Unauthorized);
        }
        catch (CozyException e) when (e.Kind == ErrorKind.TooManyRequests)
        {
            return FactorPages.Off(context, texts.TooManyAttempts, StatusCodes.Status429TooManyRequests);
        }

        await FactorOf(context).TurnOffAsync(visitor);
        await owner.ReloadAsync(context);
        return SecurityHandlers.Back(context, "off");
    }

    private ISecondFactorGrain FactorOf(HttpContext context) => grains.GetGrain<ISecondFactorGrain>(context.Instance().Id);
}
