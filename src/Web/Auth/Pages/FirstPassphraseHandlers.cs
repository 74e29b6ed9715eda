using System.Text.Json;
using Cozy.Grains.Auth;
using Cozy.Grains.Errors;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Cozy.Web.Pages.Languages;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Cozy.Web.Auth.Pages;

/// <summary>Choosing the first passphrase with the activation link.</summary>
internal sealed class FirstPassphraseHandlers(IGrainFactory grains, OwnerSession owner)
{
    public static IResult Show(HttpContext context)
    {
        var instance = context.Instance();
        if (instance.OnboardingFinished)
        {
            return new SeeOther(InstanceAddress.Of(context).Root);
        }

        var token = context.Request.Query["registerToken"].ToString();
        return RegisterToken.Opens(instance, token)
            ? FirstPassphrasePage.Show(context, token)
            : UnfinishedPage.Show(context, linkRefused: token.Length > 0);
    }

    /// <summary>From our own page.</summary>
    public async Task<IResult> PostAsync(HttpContext context)
    {
        var request = FirstPassphraseRequest.Of(await AuthForm.ReadAsync(context.Request));
        if (context.Instance().OnboardingFinished)
        {
            return SeeOther.Or(context, InstanceAddress.Of(context).Root);
        }

        try
        {
            owner.Begin(context, await ChooseAsync(context, request));
            return SeeOther.Or(context, InstanceAddress.Of(context).Root);
        }
        catch (CozyException e) when (e.Kind == ErrorKind.Conflict)
        {
            // Done before: by a second click, or in another tab. Who knows the passphrase can log in.
            return SeeOther.Or(context, InstanceAddress.Of(context).Root);
        }
        catch (CozyException e) when (e.Kind is ErrorKind.Forbidden or ErrorKind.Invalid or ErrorKind.BadRequest)
        {
            return Refuse(context, request, e);
        }
    }

    /// <summary>From a client that shows a page of its own: the register token alone protects it, as no cookie does.</summary>
    public async Task<IResult> PostForClientsAsync(HttpContext context)
    {
        owner.Begin(context, await ChooseForClientAsync(context, await FirstPassphraseRequest.ReadAsync(context.Request)));
        return SeeOther.Or(context, InstanceAddress.Of(context).Root);
    }

    /// <summary>From a client that gets tokens for it.</summary>
    /// <exception cref="CozyException">BadRequest, Invalid.</exception>
    public Task ChooseForClientAsync(HttpContext context, JsonElement body) =>
        ChooseForClientAsync(context, FirstPassphraseRequest.Of(body));

    private async Task<Session> ChooseForClientAsync(HttpContext context, FirstPassphraseRequest request)
    {
        if (context.Instance().OnboardingFinished)
        {
            throw CozyException.BadRequest("Empty register token");
        }

        try
        {
            return await ChooseAsync(context, request);
        }
        catch (CozyException e) when (e.Kind == ErrorKind.Forbidden)
        {
            throw CozyException.BadRequest("Invalid register token");
        }
        catch (CozyException e) when (e.Kind == ErrorKind.Conflict)
        {
            throw CozyException.BadRequest("Empty register token");
        }
    }

    private async Task<Session> ChooseAsync(HttpContext context, FirstPassphraseRequest request)
    {
        var session = await grains.GetGrain<IAuthGrain>(context.Instance().Id)
            .ChooseFirstPassphraseAsync(request.Validate(owner.VisitorOf(context)));
        await owner.ReloadAsync(context);
        return session;
    }

    private static IResult Refuse(HttpContext context, FirstPassphraseRequest request, CozyException error)
    {
        var texts = PageLanguage.Of(context);
        var message = error.Kind == ErrorKind.Forbidden ? texts.LinkRefused : texts.PassphraseRefused;
        if (AuthJson.IsWanted(context.Request))
        {
            return AuthJson.Error(message, StatusCodes.Status400BadRequest);
        }

        return RegisterToken.Opens(context.Instance(), request.RegisterToken)
            ? FirstPassphrasePage.Show(context, request.RegisterToken, message, StatusCodes.Status400BadRequest)
            : UnfinishedPage.Show(context, linkRefused: true, StatusCodes.Status400BadRequest);
    }
}
