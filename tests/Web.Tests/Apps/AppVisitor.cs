using Cozy.Grains.Apps;
using Cozy.Grains.Auth;
using Cozy.Web.Auth.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

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

    /// <summary>Follows a stream of events to the first one; returns its first line.</summary>
    /// <param name="server">The server.</param>
    /// <param name="cozy">The instance.</param>
    /// <param name="slug">The app.</param>
    /// <param name="target">The stream's path.</param>
    /// <param name="cookie">The owner's cookie.</param>
    /// <param name="begun">Ends when the stream has begun.</param>
    public static async Task<string> ListenAsync(
        TestServer server, Cozy cozy, string slug, string target, string cookie, TaskCompletionSource begun)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, target));
        request.Headers.Host = $"{slug}.{cozy.Instance.Domain}";
        request.Headers.Add("Cookie", cookie);
        using var response = await client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("event:", StringComparison.Ordinal))
                return line;
            begun.TrySetResult();
        }

        throw new InvalidOperationException("The stream ended.");
    }

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
