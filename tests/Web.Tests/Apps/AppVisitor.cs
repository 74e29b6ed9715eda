using Cozy.Grains.Apps;
using Cozy.Grains.Auth;
using Cozy.Web.Auth.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Tests.Apps;

/// <summary>The owner of an instance at a browser.</summary>
internal static class AppVisitor
{
    /// <summary>Logs in and returns the header with the cookie.</summary>
    public static async Task<string> LogInAsync(TestServer server, Cozy cozy, string passphrase)
    {
        var login = await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IAuthGrain>(cozy.Instance.Id).LoginAsync(
            new LoginAttempt
            {
                DerivedPassphrase = PassphraseDerivation.Derive(passphrase, cozy.Instance.Domain, cozy.Instance.KdfIterations),
            });
        return $"cozysessid={SessionCookieCodec.Encode(login.Session!.Id, DateTimeOffset.UtcNow, cozy.Instance.SessionSecret.Span)}";
    }

    /// <summary>Asks the host of an app.</summary>
    public static Task<Answer> AskAppAsync(
        Cozy cozy, string slug, string target, string? cookie = null, Action<HttpRequestMessage>? change = null, string method = "GET") =>
        cozy.AskAsync(method, target, change: request =>
        {
            request.Headers.Host = $"{slug}.{cozy.Instance.Domain}";
            if (cookie is not null)
                request.Headers.Add("Cookie", cookie);
            change?.Invoke(request);
        });

    /// <summary>Asks the instance with a cookie alone.</summary>
    public static Task<Answer> AskAsOwnerAsync(this Cozy cozy, string target, string cookie, string method = "GET") =>
        cozy.AskAsync(method, target, change: request => request.Headers.Add("Cookie", cookie));
}

/// <summary>The grains of an instance.</summary>
internal static class InstanceGrains
{
    /// <summary>Its apps.</summary>
    public static IAppsGrain Apps(this TestServer server, Cozy cozy) =>
        server.Services.GetRequiredService<IGrainFactory>().GetGrain<IAppsGrain>(cozy.Instance.Id);
}
