using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Cozy.Web.Tests.Auth.OAuth;

public sealed class AuthorizationTests(TestServer server)
{
    private const string Scope = "io.cozy.files:GET net.example.maps";
    private const string Verifier = "Zq3-Zq3-Zq3-Zq3-Zq3-Zq3-Zq3-Zq3-Zq3-Zq3-Zq3-Zq3-";

    private static string Challenge => Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    [Fact]
    public async Task The_owner_agrees_and_the_client_gets_tokens_in_the_form_it_knows()
    {
        var owner = await Owner.CreateAsync(server);
        var client = await owner.RegisterAsync();
        var location = (await owner.AgreeAsync(client, Scope)).Expect(302).Headers["Location"];
        Assert.StartsWith($"{Owner.Callback}?access_code=", location, StringComparison.Ordinal);
        Assert.EndsWith("#", location, StringComparison.Ordinal);
        Assert.Equal("st-42", Owner.Parameter(location, "state"));
        Assert.Equal(Owner.Parameter(location, "code"), Owner.Parameter(location, "access_code"));

        var answer = (await owner.ExchangeAsync(client, Owner.Parameter(location, "code"))).Expect(200);
        Assert.Contains("no-store", answer.Headers["Cache-Control"], StringComparison.Ordinal);
        var tokens = answer.Json;
        Assert.Equal("bearer", tokens.GetProperty("token_type").GetString());
        Assert.Equal(Scope, tokens.GetProperty("scope").GetString());
        foreach (var (member, audience) in new[] { ("access_token", "access"), ("refresh_token", "refresh") })
        {
            var claims = new JsonWebToken(tokens.GetProperty(member).GetString());
            Assert.Equal("HS512", claims.Alg);
            Assert.Equal([audience], claims.Audiences);
            Assert.Equal((client.Id, owner.Cozy.Instance.Domain), (claims.Subject, claims.Issuer));
            Assert.Equal(Scope, claims.GetPayloadValue<string>("scope"));
        }

        var access = tokens.GetProperty("access_token").GetString()!;
        (await AskAsync(owner, access, "GET", "/files/io.cozy.files.root-dir")).Expect(200);
        (await AskAsync(owner, access, "POST", "/files/io.cozy.files.root-dir?Type=directory&Name=x")).Expect(403);
        (await AskAsync(owner, access, "GET", "/data/io.cozy.contacts/_all_docs")).Expect(403);
        var self = (await AskAsync(owner, access, "GET", "/permissions/self")).Expect(200).Data.GetProperty("attributes");
        Assert.Equal("oauth", self.GetProperty("type").GetString());
        Assert.Equal(client.Id, self.GetProperty("source_id").GetString());

        var shown = (await owner.SendMetadataAsync("GET", $"/auth/register/{client.Id}", null, client.RegistrationToken)).Json;
        Assert.False(shown.TryGetProperty("pending", out _));
        Assert.True(shown.TryGetProperty("last_refreshed_at", out _));
    }

    [Fact]
    public async Task A_refresh_token_gives_access_tokens_again_and_again()
    {
        var owner = await Owner.CreateAsync(server);
        var (client, other) = (await owner.RegisterAsync(), await owner.RegisterAsync());
        var (access, refresh) = await owner.ConnectAsync(client, Scope);
        for (var i = 0; i < 2; i++)
        {
            var tokens = (await owner.RefreshAsync(client, refresh)).Expect(200).Json;
            Assert.False(tokens.TryGetProperty("refresh_token", out _));
            Assert.Equal(Scope, tokens.GetProperty("scope").GetString());
            (await AskAsync(owner, tokens.GetProperty("access_token").GetString()!, "GET", "/files/io.cozy.files.root-dir")).Expect(200);
        }

        foreach (var bad in new[] { null, "abc", access, client.RegistrationToken })
            Assert.Equal("invalid refresh token", Error((await owner.RefreshAsync(client, bad)).Expect(400)));
        Assert.Equal("invalid refresh token", Error((await owner.RefreshAsync(other, refresh)).Expect(400)));
        var refused = (await AskAsync(owner, refresh, "GET", "/files/io.cozy.files.root-dir")).Expect(400);
        Assert.Contains("Unrecognized token audience [refresh]", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_is_good_once_for_its_client_alone_with_its_verifier_and_address()
    {
        var owner = await Owner.CreateAsync(server);
        var (client, other) = (await owner.RegisterAsync(), await owner.RegisterAsync());
        var code = await owner.CodeAsync(client, Scope, Challenge);
        Assert.Equal("invalid code", Error((await owner.ExchangeAsync(other, code, Verifier)).Expect(400)));
        Assert.Equal("invalid code_verifier", Error((await owner.ExchangeAsync(client, code)).Expect(400)));
        Assert.Equal("invalid code_verifier", Error((await owner.ExchangeAsync(client, code, new string('b', 43))).Expect(400)));
        (await owner.ExchangeAsync(client, code, Verifier, "https://elsewhere.example.net/")).Expect(400);
        (await owner.ExchangeAsync(client, code, Verifier, Owner.Callback)).Expect(200);
        Assert.Equal("invalid code", Error((await owner.ExchangeAsync(client, code, Verifier)).Expect(400)));

        // A verifier where no challenge was: somebody swapped codes.
        var plain = await owner.CodeAsync(client, Scope);
        Assert.Equal("invalid code_verifier", Error((await owner.ExchangeAsync(client, plain, Verifier)).Expect(400)));
        var exchanges = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => owner.ExchangeAsync(client, plain)));
        Assert.Equal(1, exchanges.Count(answer => answer.Status == 200));
    }

    [Fact]
    public async Task Token_requests_are_refused_in_the_words_clients_know()
    {
        var owner = await Owner.CreateAsync(server);
        var client = await owner.RegisterAsync();
        var (id, secret) = (client.Id, client.Secret);
        var cases = new (string Error, (string, string?)[] Form)[]
        {
            ("the grant_type parameter is mandatory", [("code", "x"), ("client_id", id), ("client_secret", secret)]),
            ("the client_id parameter is mandatory", [("grant_type", "authorization_code"), ("code", "x"), ("client_secret", secret)]),
            ("the client_secret parameter is mandatory", [("grant_type", "authorization_code"), ("code", "x"), ("client_id", id)]),
            ("the code parameter is mandatory", [("grant_type", "authorization_code"), ("client_id", id), ("client_secret", secret)]),
            ("invalid grant type", [("grant_type", "password"), ("code", "x"), ("client_id", id), ("client_secret", secret)]),
            ("the client must be registered", [("grant_type", "authorization_code"), ("code", "x"), ("client_id", "ghost"), ("client_secret", secret)]),
            ("invalid client_secret", [("grant_type", "authorization_code"), ("code", "x"), ("client_id", id), ("client_secret", "nope")]),
            ("invalid code", [("grant_type", "authorization_code"), ("code", "nope"), ("client_id", id), ("client_secret", secret)]),
            ("invalid code", [("grant_type", "authorization_code"), ("code", "_design/x"), ("client_id", id), ("client_secret", secret)]),
        };
        foreach (var (error, form) in cases)
            Assert.Equal(error, Error((await owner.AskTokensAsync(form)).Expect(400)));
    }

    [Fact]
    public async Task Requests_that_cannot_be_granted_get_a_page_and_never_a_redirect()
    {
        var owner = await Owner.CreateAsync(server);
        var client = await owner.RegisterAsync();
        var cases = new (string Text, Task<Answer> Answer)[]
        {
            ("must be registered", owner.OpenAsync(new Client(Cozy.JsonOf("""{"client_id":"ghost"}""")), Scope)),
            ("match the registered ones", owner.OpenAsync(client, Scope, redirect: "https://evil.example.com/")),
            ("match the registered ones", owner.OpenAsync(client, Scope, redirect: Owner.Callback + "/")),
            ("Invalid challenge code method", owner.OpenAsync(client, Scope, $"&code_challenge={Challenge}")),
            ("Invalid challenge code method", owner.OpenAsync(client, Scope, $"&code_challenge={Challenge}&code_challenge_method=plain")),
            ("code_challenge parameter must be given", owner.OpenAsync(client, Scope, "&code_challenge_method=S256")),
            ("scope parameter is mandatory", owner.OpenAsync(client, "")),
            ("scope parameter is mandatory", owner.OpenAsync(client, "login")),
            ("Invalid scope", owner.OpenAsync(client, "io.cozy.files:FLY")),
            ("Invalid scope", owner.OpenAsync(client, "io.cozy.*")),
            ("Invalid scope", owner.OpenAsync(client, "*")),
            ("Invalid scope", owner.OpenAsync(client, "*:GET")),
            ("Invalid scope", owner.OpenAsync(client, "@io.cozy.apps/drive")),
        };
        foreach (var (text, asking) in cases)
        {
            var answer = (await asking).Expect(400);
            Assert.Contains(text, System.Net.WebUtility.HtmlDecode(answer.Text), StringComparison.Ordinal);
            Assert.False(answer.Headers.ContainsKey("Location"));
        }

        foreach (var (parameter, text) in new[] { ("client_id", "client_id"), ("redirect_uri", "redirect_uri"), ("state", "state"), ("response_type", "response type") })
        {
            var target = $"/auth/authorize?client_id={client.Id}&redirect_uri={Uri.EscapeDataString(Owner.Callback)}&state=s&response_type=code&scope=io.cozy.files";
            var without = System.Text.RegularExpressions.Regex.Replace(target, $"([?&]){parameter}=[^&]*&?", "$1");
            Assert.Contains(text, (await owner.Cozy.AskAsync("GET", without)).Expect(400).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_page_says_what_is_asked_for_and_where_it_leads()
    {
        var owner = await Owner.CreateAsync(server);
        var client = await owner.RegisterAsync(Owner.Metadata("<b>Atlas</b>"));
        var page = (await owner.OpenAsync(client, "io.cozy.files:GET io.cozy.contacts:POST,PATCH net.example.maps io.cozy.files:ALL:a,b")).Expect(200);
        Assert.Contains("Let &lt;b&gt;Atlas&lt;/b&gt; in?", page.Text, StringComparison.Ordinal);
        foreach (var text in new[] { "Files and photos", "read only", "only add and change", "net.example.maps", "2 chosen items only", "atlas.example.net" })
            Assert.Contains(text, page.Text, StringComparison.Ordinal);
        Assert.Contains("form-action 'self'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Contains("https://atlas.example.net;", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        var refusal = $"{Owner.Callback}?error=access_denied&amp;state=st-42&amp;iss=http%3A%2F%2F{owner.Cozy.Instance.Domain}%2F#";
        Assert.Contains(refusal, page.Text, StringComparison.Ordinal);

        var application = (await owner.OpenAsync(client, Scope, redirect: "atlas://oauth")).Expect(200);
        Assert.Contains(" atlas:;", application.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_but_the_owner_on_our_own_page_can_agree()
    {
        var owner = await Owner.CreateAsync(server);
        var client = await owner.RegisterAsync();
        var login = (await owner.OpenAsync(client, Scope, loggedIn: false)).Expect(303).Headers["Location"];
        Assert.Contains("/auth/login?redirect=", login, StringComparison.Ordinal);
        (await owner.AgreeAsync(client, Scope, loggedIn: false)).Expect(401);
        (await owner.AgreeAsync(client, Scope, csrf: "")).Expect(400);
        (await owner.AgreeAsync(client, Scope, csrf: new string('B', 43))).Expect(403);
        (await owner.AgreeAsync(client, "*")).Expect(400);
        (await owner.AgreeAsync(client, Scope, redirect: "https://evil.example.com/")).Expect(400);
        var answer = (await owner.AgreeAsync(client, Scope, redirect: "atlas://oauth", accept: "application/json")).Expect(200).Json;
        Assert.StartsWith("atlas://oauth?access_code=", answer.GetProperty("deeplink").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_may_only_ask_who_logs_in_gets_no_access()
    {
        var owner = await Owner.CreateAsync(server);
        var registered = await owner.SendMetadataAsync(
            "POST", "/auth/register", Owner.Metadata("Door", ""","allow_login_scope":true"""), owner.Cozy.Token("io.cozy.settings"));
        var client = new Client(registered.Expect(201).Json);
        var location = (await owner.OpenAsync(client, "login")).Expect(302).Headers["Location"];
        var tokens = (await owner.ExchangeAsync(client, Owner.Parameter(location, "code"))).Expect(200).Json;
        Assert.False(tokens.TryGetProperty("scope", out _));
        (await AskAsync(owner, tokens.GetProperty("access_token").GetString()!, "GET", "/files/io.cozy.files.root-dir")).Expect(400);
    }

    private static Task<Answer> AskAsync(Owner owner, string token, string method, string target) => owner.Cozy.AskAsync(
        method, target, change: request => request.Headers.Add("Authorization", $"Bearer {token}"));

    private static string? Error(Answer answer) => answer.Json.GetProperty("error").GetString();
}
