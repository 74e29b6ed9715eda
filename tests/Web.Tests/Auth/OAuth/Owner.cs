using System.Text.Json;
using Cozy.Grains.Auth;
using Cozy.Web.Auth.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace Cozy.Web.Tests.Auth.OAuth;

/// <summary>An instance with its owner's browser, which is logged in, and clients that come along.</summary>
internal sealed class Owner(Cozy cozy, string sessionCookie)
{
    private const string CsrfToken = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    public const string Callback = "https://atlas.example.net/oauth";

    public Cozy Cozy { get; } = cozy;

    /// <summary>The cookies of the owner's browser.</summary>
    public string Cookies { get; } = $"_csrf={CsrfToken}; {sessionCookie}";

    public static async Task<Owner> CreateAsync(TestServer server, string? email = null)
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Email = email });
        var session = await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IAuthGrain>(cozy.Instance.Id)
            .ChooseFirstPassphraseAsync(new FirstPassphrase
            {
                RegisterToken = cozy.Instance.RegisterToken,
                DerivedPassphrase = "derived",
                KdfIterations = PassphraseDerivation.DefaultIterations,
            });
        var value = SessionCookieCodec.Encode(session.Id, DateTimeOffset.UtcNow, cozy.Instance.SessionSecret.Span);
        return new Owner(cozy, $"{SessionCookie.NameFor(cozy.Instance, SubdomainStyle.Nested)}={value}");
    }

    /// <summary>A client registers itself.</summary>
    public async Task<Client> RegisterAsync(string? metadata = null) =>
        new((await SendMetadataAsync("POST", "/auth/register", metadata ?? Metadata("Atlas"))).Expect(201).Json);

    public static string Metadata(string name, string more = "") =>
        $$"""{"redirect_uris":["{{Callback}}","atlas://oauth"],"client_name":"{{name}}","software_id":"github.com/example/atlas"{{more}}}""";

    public Task<Answer> SendMetadataAsync(string method, string target, string? body, string? token = null, string accept = "application/json") =>
        Cozy.AskAsync(method, target, null, body is null ? null : Cozy.Json(body), request =>
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
            if (token is not null)
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        });

    /// <summary>The browser opens the page on which a client asks for access.</summary>
    public Task<Answer> OpenAsync(Client client, string scope, string more = "", bool loggedIn = true, string? redirect = null) => Cozy.AskAsync(
        "GET",
        $"/auth/authorize?client_id={client.Id}&redirect_uri={Uri.EscapeDataString(redirect ?? Callback)}&state=st-42"
            + $"&response_type=code&scope={Uri.EscapeDataString(scope)}{more}",
        change: request =>
        {
            request.Headers.Add("Accept", "text/html");
            if (loggedIn)
                request.Headers.Add("Cookie", Cookies);
        });

    /// <summary>The owner agrees.</summary>
    public Task<Answer> AgreeAsync(
        Client client, string scope, string? challenge = null, string? redirect = null, bool loggedIn = true, string csrf = CsrfToken,
        string? accept = null) =>
        Cozy.AskAsync("POST", "/auth/authorize", null, new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["client_id"] = client.Id,
                ["redirect_uri"] = redirect ?? Callback,
                ["state"] = "st-42",
                ["response_type"] = "code",
                ["scope"] = scope,
                ["csrf_token"] = csrf,
                ["code_challenge"] = challenge ?? "",
                ["code_challenge_method"] = challenge is null ? "" : "S256",
            }), request =>
            {
                request.Headers.Add("Cookie", loggedIn ? Cookies : $"_csrf={CsrfToken}");
                if (accept is not null)
                    request.Headers.Add("Accept", accept);
            });

    /// <summary>The owner agrees; returns the code.</summary>
    public async Task<string> CodeAsync(Client client, string scope, string? challenge = null) =>
        Parameter((await AgreeAsync(client, scope, challenge)).Expect(302).Headers["Location"], "code");

    /// <summary>Asks for tokens; what is null is left out.</summary>
    public Task<Answer> AskTokensAsync(params (string Name, string? Value)[] form) => Cozy.AskAsync(
        "POST", "/auth/access_token", null, Form(form), request => request.Headers.Add("Accept", "application/json"));

    public Task<Answer> ExchangeAsync(Client client, string code, string? verifier = null, string? redirect = null) => AskTokensAsync(
        ("grant_type", "authorization_code"), ("code", code), ("client_id", client.Id), ("client_secret", client.Secret),
        ("code_verifier", verifier), ("redirect_uri", redirect));

    public Task<Answer> RefreshAsync(Client client, string? refreshToken) => AskTokensAsync(
        ("grant_type", "refresh_token"), ("refresh_token", refreshToken), ("client_id", client.Id), ("client_secret", client.Secret));

    /// <summary>The whole way to tokens.</summary>
    public async Task<(string Access, string Refresh)> ConnectAsync(Client client, string scope)
    {
        var tokens = (await ExchangeAsync(client, await CodeAsync(client, scope))).Expect(200).Json;
        return (tokens.GetProperty("access_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!);
    }

    /// <summary>Introspection or revocation.</summary>
    public Task<Answer> AskAboutAsync(string target, Client client, string token, string? secret = null) => Cozy.AskAsync(
        "POST", target, null, Form(("token", token), ("client_id", client.Id), ("client_secret", secret ?? client.Secret)));

    public static string Parameter(string address, string name) =>
        System.Web.HttpUtility.ParseQueryString(new Uri(address).Query)[name]!;

    private static FormUrlEncodedContent Form(params (string Name, string? Value)[] form) =>
        new(form.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value!)));
}

/// <summary>A registered client.</summary>
internal sealed record Client(JsonElement Json)
{
    public string Id => Json.GetProperty("client_id").GetString()!;

    public string Secret => Json.GetProperty("client_secret").GetString()!;

    public string RegistrationToken => Json.GetProperty("registration_access_token").GetString()!;
}
