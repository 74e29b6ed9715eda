using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Errors;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Cozy.Web.Auth.Pages;

/// <summary>A new passphrase for an owner who forgot the old one, and the hint.</summary>
internal sealed class ResetHandlers(IGrainFactory grains, OwnerSession owner, EvenAnswer answers)
{
    private const string InvalidToken = "invalid_token";

    public static IResult Ask(HttpContext context) => ResetPages.Ask(context);

    /// <summary>Mails a link. The answer is the same, and takes as long, whether there is an address or not.</summary>
    public async Task<IResult> SendLinkAsync(HttpContext context)
    {
        try
        {
            await answers.AfterAsync(
                () => PassphraseOf(context).RequestResetAsync(PageOf(context, "auth/passphrase_renew"), owner.VisitorOf(context)));
            return ResetPages.Sent(context, PageLanguage.Of(context).Security.SentReset);
        }
        catch (CozyException e) when (e.Code == "mail_disabled")
        {
            return MailDisabled(context);
        }
    }

    /// <summary>Mails the hint. The answer is the same, and takes as long, whether there is one or not.</summary>
    public async Task<IResult> SendHintAsync(HttpContext context)
    {
        try
        {
            await answers.AfterAsync(() => PassphraseOf(context).SendHintAsync());
            return ResetPages.Sent(context, PageLanguage.Of(context).Security.SentHint);
        }
        catch (CozyException e) when (e.Code == "mail_disabled")
        {
            return MailDisabled(context);
        }
    }

    public async Task<IResult> ShowRenewAsync(HttpContext context)
    {
        var text = context.Request.Query["token"].ToString();
        return RegisterToken.TryParse(text, out var token) && await PassphraseOf(context).IsResetTokenGoodAsync(token)
            ? ResetPages.Renew(context, text)
            : RefuseLink(context);
    }

    public async Task<IResult> RenewAsync(HttpContext context)
    {
        var form = await AuthForm.ReadAsync(context.Request);
        if (!RegisterToken.TryParse(form["passphrase_reset_token"], out var token))
        {
            return RefuseLink(context);
        }

        try
        {
            await PassphraseOf(context).RenewAsync(new PassphraseRenewal
            {
                Token = token,
                NewPassphrase = DerivedPassphrase.Require(form["passphrase"]),
                KdfIterations = DerivedPassphrase.RequireIterations(form["iterations"]),
                Hint = DerivedPassphrase.RequireHint(form["hint"]),
                Keys = VaultKeysReader.Read(name => form[name]),
                Visitor = owner.VisitorOf(context),
            });
        }
        catch (CozyException e) when (e.Kind == ErrorKind.Forbidden)
        {
            return RefuseLink(context);
        }
        catch (CozyException e) when (e.Kind is ErrorKind.Invalid or ErrorKind.BadRequest)
        {
            return AuthJson.IsWanted(context.Request)
                ? AuthJson.Error(e.Message, StatusCodes.Status400BadRequest)
                : ResetPages.Renew(context, form["passphrase_reset_token"], PageLanguage.Of(context).PassphraseRefused, StatusCodes.Status400BadRequest);
        }

        await owner.ReloadAsync(context);
        return SeeOther.Or(context, InstanceAddress.Of(context).Root + "auth/login");
    }

    private IPassphraseGrain PassphraseOf(HttpContext context) => grains.GetGrain<IPassphraseGrain>(context.Instance().Id);

    // Never the host the request named: a link that is mailed leads to the instance's own domain.
    private Uri PageOf(HttpContext context, string path) => new(owner.VisitorOf(context).Site!, path);

    private static IResult MailDisabled(HttpContext context) =>
        ResetPages.Ask(context, PageLanguage.Of(context).Security.MailDisabled, StatusCodes.Status503ServiceUnavailable);

    private static IResult RefuseLink(HttpContext context) => ErrorFormats.AcceptsHtml(context.Request)
        ? ErrorPage.Show(context, StatusCodes.Status400BadRequest, PageLanguage.Of(context).Security.RenewLinkRefused)
        : AuthJson.Error(InvalidToken, StatusCodes.Status400BadRequest);
}
