using Cozy.Grains.Auth;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Auth.Pages;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cozy.Web.Settings;

/// <summary>Changing the owner's mail address: <c>/settings/email</c>.</summary>
internal sealed class EmailSettingsEndpoints(IGrainFactory grains, OwnerSession owner)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/settings/email", (RequestDelegate)StartAsync).Requires(Verbs.Post, SettingsAnswer.Doctype);
        routes.MapPost("/settings/email/resend", (RequestDelegate)ResendAsync).Requires(Verbs.Post, SettingsAnswer.Doctype);
        routes.MapDelete("/settings/email", (RequestDelegate)CancelAsync).Requires(Verbs.Delete, SettingsAnswer.Doctype);
        routes.MapGet("/settings/email/confirm", (Delegate)ConfirmAsync).RequiresSession();
    }

    private async Task StartAsync(HttpContext context)
    {
        using var body = await AuthJson.ReadAsync(context.Request);
        var json = body.RootElement;
        await EmailOf(context).StartAsync(new EmailChange(
            json.TextOrNumber("passphrase"), json.TextOrNumber("email"), ConfirmPage(context), owner.VisitorOf(context)));
        await SettingsAnswer.DoneAsync(context);
    }

    private async Task ResendAsync(HttpContext context)
    {
        await EmailOf(context).ResendAsync(ConfirmPage(context));
        await SettingsAnswer.DoneAsync(context);
    }

    private async Task CancelAsync(HttpContext context)
    {
        await EmailOf(context).CancelAsync();
        await SettingsAnswer.DoneAsync(context);
    }

    private async Task<IResult> ConfirmAsync(HttpContext context)
    {
        var token = context.Request.Query["token"].ToString();
        if (!await EmailOf(context).ConfirmAsync(token, owner.VisitorOf(context)))
        {
            return ErrorPage.Show(
                context, StatusCodes.Status400BadRequest, PageLanguage.Of(context).Security.EmailLinkRefused);
        }

        await owner.ReloadAsync(context);
        return Results.Redirect($"{InstanceAddress.Of(context).Root}auth/security?done=email", preserveMethod: true);
    }

    private Uri ConfirmPage(HttpContext context) => new(owner.VisitorOf(context).Site!, "settings/email/confirm");

    private IEmailChangeGrain EmailOf(HttpContext context) => grains.GetGrain<IEmailChangeGrain>(context.Instance().Id);
}
