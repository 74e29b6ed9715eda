using System.Net.Http.Headers;
using Cozy.Grains.Auth;
using Cozy.Grains.Instances;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Auth;

/// <summary>A browser as the server sees it: it keeps cookies and sends forms with their token, from an address of its own.</summary>
internal sealed class OwnerBrowser(TestServer server, Instance instance)
{
    public const string Passphrase = "derived";

    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly Dictionary<string, string> _cookies = [];

    public Instance Instance { get; } = instance;

    public string Address { get; init; } = $"10.{Random.Shared.Next(256)}.{Random.Shared.Next(256)}.{Random.Shared.Next(256)}";

    public IReadOnlyDictionary<string, string> Cookies => _cookies;

    public string SessionCookie => _cookies["cozysessid"];

    /// <summary>The browser of the owner of a new instance, who has just chosen the passphrase "derived" and is not logged in.</summary>
    public static async Task<OwnerBrowser> OfNewOwnerAsync(
        TestServer server, string? email = null, Func<NewInstance, NewInstance>? change = null)
    {
        var cozy = await server.CreateInstanceAsync(request =>
        {
            request = request with { Email = email, PublicName = "Alice" };
            return change?.Invoke(request) ?? request;
        });
        var grains = server.Services.GetRequiredService<IGrainFactory>();
        await grains.GetGrain<IAuthGrain>(cozy.Instance.Id).ChooseFirstPassphraseAsync(new FirstPassphrase
        {
            RegisterToken = cozy.Instance.RegisterToken,
            DerivedPassphrase = Passphrase,
            KdfIterations = PassphraseDerivation.DefaultIterations,
        });
        return new OwnerBrowser(server, (await grains.GetGrain<IInstanceGrain>(cozy.Instance.Id).GetAsync())!);
    }

    /// <summary>Another browser of the same instance.</summary>
    public OwnerBrowser Another() => new(server, Instance);

    public async Task<OwnerBrowser> LoggedInAsync()
    {
        (await LogInAsync()).Expect(200);
        return this;
    }

    /// <summary>Logs in as a script does; 401 when the passphrase is wrong.</summary>
    public Task<Answer> LogInAsync(string passphrase = Passphrase, params (string, string)[] more) =>
        PostAsync("/auth/login", [("passphrase", passphrase), .. more]);

    public Task<Answer> GetAsync(string path, string? accept = "text/html") => SendAsync(HttpMethod.Get, path, null, accept);

    /// <summary>Sends a form with its token, wanting JSON.</summary>
    public async Task<Answer> PostAsync(string path, (string Name, string Value)[] fields, string accept = "application/json")
    {
        if (!_cookies.ContainsKey("_csrf"))
            await GetAsync("/auth/login");
        return await SendAsync(
            HttpMethod.Post, path,
            new FormUrlEncodedContent([new("csrf_token", _cookies["_csrf"]), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]),
            accept);
    }

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? accept = "application/json", Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Address, path)) { Content = content };
        request.Headers.Host = Instance.Domain;
        request.Headers.Add("X-Forwarded-For", Address);
        if (accept is not null)
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        if (_cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        change?.Invoke(request);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        if (response.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var cookie in set)
                Keep(cookie);
        }

        return await Answer.ReadAsync(response);
    }

    private void Keep(string cookie)
    {
        var pair = cookie.Split(';')[0].Split('=', 2);
        if (pair[1].Length == 0)
            _cookies.Remove(pair[0]);
        else
            _cookies[pair[0]] = Uri.UnescapeDataString(pair[1]);
    }
}
