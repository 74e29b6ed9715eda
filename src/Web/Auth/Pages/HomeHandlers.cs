using Cozy.Grains.Files;
using Cozy.Web.Auth.Sessions;
using Cozy.Web.Instances;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace Cozy.Web.Auth.Pages;

/// <summary>The first page of an instance.</summary>
internal static class HomeHandlers
{
    public static async Task<IResult> ShowAsync(HttpContext context, IGrainFactory grains, DefaultPage defaultPage)
    {
        var instance = context.Instance();
        var root = InstanceAddress.Of(context).Root;

        // A session proves that the passphrase is chosen, even if what this front end knows of the instance is from a
        // moment before.
        var session = await context.SessionAsync();
        if (session is null && !instance.OnboardingFinished)
        {
            var token = context.Request.Query["registerToken"].ToString();
            return RegisterToken.Opens(instance, token)
                ? new SeeOther($"{root}auth/passphrase?registerToken={token}")
                : UnfinishedPage.Show(context, linkRefused: token.Length > 0);
        }

        if (session is null)
        {
            return new SeeOther($"{root}auth/login");
        }

        if (await defaultPage.FindAsync(context) is { } page)
        {
            return new SeeOther(page);
        }

        var usage = await grains.GetGrain<IFileTreeGrain>(instance.Id).GetDiskUsageAsync();
        return WelcomePage.Show(context, usage, CsrfToken.OfSession(instance, session.Id));
    }
}
