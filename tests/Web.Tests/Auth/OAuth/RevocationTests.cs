using Cozy.Grains.OAuth;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Auth.OAuth;

public sealed class RevocationTests(TestServer server)
{
    private const string Scope = "io.cozy.files:GET";
    private const string Root = "/files/io.cozy.files.root-dir";

    [Fact]
    public async Task A_client_that_is_removed_is_out_at_once()
    {
        var owner = await Owner.CreateAsync(server);
        foreach (var byOwner in new[] { true, false })
        {
            var client = await owner.RegisterAsync();
            var (access, refresh) = await owner.ConnectAsync(client, Scope);
            (await AskAsync(owner, access)).Expect(200);
            if (byOwner)
                (await owner.Cozy.AskAsync("DELETE", $"/settings/clients/{client.Id}", "io.cozy.oauth.clients")).Expect(204);
            else
                (await owner.SendMetadataAsync("DELETE", $"/auth/register/{client.Id}", null, client.RegistrationToken)).Expect(204);
            Assert.Contains("Invalid JWT token", (await AskAsync(owner, access)).Expect(400).Text, StringComparison.Ordinal);
            var error = (await owner.RefreshAsync(client, refresh)).Expect(400).Json.GetProperty("error").GetString();
            Assert.Equal("the client must be registered", error);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Revoking_a_token_ends_all_tokens_of_its_client_and_of_no_other(bool access)
    {
        var owner = await Owner.CreateAsync(server);
        var (client, other) = (await owner.RegisterAsync(), await owner.RegisterAsync());
        var (mine, theirs) = (await owner.ConnectAsync(client, Scope), await owner.ConnectAsync(other, Scope));
        (await owner.AskAboutAsync("/auth/revoke", client, mine.Access, "nope")).Expect(401);
        (await owner.AskAboutAsync("/auth/revoke", other, mine.Access)).Expect(200);
        (await AskAsync(owner, mine.Access)).Expect(200);

        (await owner.AskAboutAsync("/auth/revoke", client, access ? mine.Access : mine.Refresh)).Expect(200);
        (await AskAsync(owner, mine.Access)).Expect(400);
        Assert.Equal("invalid refresh token", (await owner.RefreshAsync(client, mine.Refresh)).Expect(400).Json.GetProperty("error").GetString());
        (await AskAsync(owner, theirs.Access)).Expect(200);

        // The client is still known: the owner can let it in again.
        var again = await owner.ConnectAsync(client, Scope);
        (await AskAsync(owner, again.Access)).Expect(200);
        (await AskAsync(owner, mine.Access)).Expect(400);
        (await owner.RefreshAsync(client, again.Refresh)).Expect(200);
    }

    [Fact]
    public async Task Introspection_tells_a_client_of_its_own_tokens()
    {
        var owner = await Owner.CreateAsync(server);
        var (client, other) = (await owner.RegisterAsync(), await owner.RegisterAsync());
        var (access, refresh) = await owner.ConnectAsync(client, Scope);
        var told = (await owner.AskAboutAsync("/auth/introspect", client, access)).Expect(200).Json;
        Assert.True(told.GetProperty("active").GetBoolean());
        Assert.Equal(Scope, told.GetProperty("scope").GetString());
        Assert.Equal(client.Id, told.GetProperty("client_id").GetString());
        Assert.Equal(7 * 24 * 3600, told.GetProperty("exp").GetInt64() - told.GetProperty("iat").GetInt64());
        Assert.True((await owner.AskAboutAsync("/auth/introspect", client, refresh)).Expect(200).Json.GetProperty("active").GetBoolean());
        foreach (var (asking, token) in new[] { (client, "garbage"), (client, client.RegistrationToken), (other, access) })
        {
            var answer = await owner.AskAboutAsync("/auth/introspect", asking, token);
            Assert.DoesNotContain("\"active\":true", answer.Text, StringComparison.Ordinal);
        }

        (await owner.AskAboutAsync("/auth/introspect", client, access, "nope")).Expect(401);
    }

    [Fact]
    public async Task What_is_revoked_elsewhere_is_refused_here_within_the_time_of_the_cache()
    {
        var owner = await Owner.CreateAsync(server);
        var client = await owner.RegisterAsync();
        var (access, _) = await owner.ConnectAsync(client, Scope);
        (await AskAsync(owner, access)).Expect(200);

        // As another front end would: this one is not told.
        await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IOAuthGrain>(owner.Cozy.Instance.Id).DeleteAsync(client.Id, false);
        var deadline = DateTimeOffset.UtcNow.AddSeconds(30);
        while ((await AskAsync(owner, access)).Status == 200)
            Assert.True(DateTimeOffset.UtcNow < deadline, "The token stays good.");
    }

    [Fact]
    public async Task The_discovery_document_names_the_addresses_of_the_instance()
    {
        var cozy = await server.CreateInstanceAsync();
        foreach (var name in new[] { "openid-configuration", "oauth-authorization-server" })
        {
            var document = (await cozy.AskAsync("GET", $"/.well-known/{name}")).Expect(200).Json;
            var root = $"http://{cozy.Instance.Domain}/";
            Assert.Equal(root, document.GetProperty("issuer").GetString());
            foreach (var (member, path) in new[]
            {
                ("authorization_endpoint", "auth/authorize"), ("token_endpoint", "auth/access_token"), ("registration_endpoint", "auth/register"),
                ("introspection_endpoint", "auth/introspect"), ("revocation_endpoint", "auth/revoke"),
            })
            {
                Assert.Equal(root + path, document.GetProperty(member).GetString());
            }

            Assert.Equal("S256", Assert.Single(document.GetProperty("code_challenge_methods_supported").EnumerateArray()).GetString());
            Assert.Equal("code", Assert.Single(document.GetProperty("response_types_supported").EnumerateArray()).GetString());
            Assert.False(document.TryGetProperty("jwks_uri", out _));
        }
    }

    private static Task<Answer> AskAsync(Owner owner, string token) => owner.Cozy.AskAsync(
        "GET", Root, change: request => request.Headers.Add("Authorization", $"Bearer {token}"));
}
