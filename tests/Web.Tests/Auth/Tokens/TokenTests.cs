using System.Net.Http.Headers;
using System.Text;
using Cozy.Web.Auth.Tokens;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Cozy.Web.Tests.Auth.Tokens;

public sealed class TokenTests(TestServer server)
{
    private const string Target = "/data/io.cozy.recipes/a";

    [Fact]
    public async Task No_token_is_401()
    {
        var cozy = await server.CreateInstanceAsync();
        Assert.Equal("""{"error":"code=401, message=No token in request"}""", (await cozy.AskAsync("GET", Target)).Expect(401).Text);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJhdWQiOlsiY2xpIl19.")]
    public async Task A_text_that_is_no_token_is_400(string token) =>
        ExpectInvalid(await AskWithAsync(await server.CreateInstanceAsync(), token));

    [Fact]
    public async Task A_forged_token_is_400()
    {
        var cozy = await server.CreateInstanceAsync();
        var token = cozy.Token("io.cozy.recipes");
        var parts = token.Split('.');
        var payload = Convert.ToBase64String(Encoding.UTF8.GetBytes(
            $$"""{"aud":["cli"],"iat":4000000000,"iss":"{{cozy.Instance.Domain}}","scope":"*"}""")).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        ExpectInvalid(await AskWithAsync(cozy, $"{parts[0]}.{payload}.{parts[2]}"));
        ExpectInvalid(await AskWithAsync(cozy, token[..^4] + "AAAA"));
    }

    [Fact]
    public async Task A_token_of_another_instance_is_400() => ExpectInvalid(await AskWithAsync(
        await server.CreateInstanceAsync(), (await server.CreateInstanceAsync()).Token("io.cozy.recipes")));

    [Fact]
    public async Task An_expired_token_is_400_and_says_so()
    {
        var cozy = await server.CreateInstanceAsync();
        var past = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(-31));
        var answer = (await AskWithAsync(cozy, cozy.Token("io.cozy.recipes", past))).Expect(400);
        Assert.Equal("""{"error":"code=400, message=Expired token"}""", answer.Text);
        Assert.Equal("Bearer error=\"invalid_token\" error_description=\"The access token expired\"", answer.Headers["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData(TokenAudience.App)]
    [InlineData(TokenAudience.Connector)]
    [InlineData(TokenAudience.Refresh)]
    [InlineData(TokenAudience.Registration)]
    public async Task A_token_whose_permissions_are_not_in_its_scope_is_refused(TokenAudience audience)
    {
        var cozy = await server.CreateInstanceAsync();
        var token = new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, audience, "drive", "io.cozy.recipes");
        ExpectInvalid(await AskWithAsync(cozy, token), audience switch
        {
            TokenAudience.Refresh => "Unrecognized token audience [refresh]",
            TokenAudience.Registration => "Unrecognized token audience [registration]",
            _ => "Invalid JWT token",
        });
    }

    [Fact]
    public async Task The_key_of_one_audience_does_not_sign_another()
    {
        var cozy = await server.CreateInstanceAsync();
        var swapped = cozy.Instance with { CliSecret = cozy.Instance.OAuthSecret };
        var token = new TokenIssuer(TimeProvider.System).Issue(swapped, TokenAudience.CommandLine, null, "io.cozy.recipes");
        ExpectInvalid(await AskWithAsync(cozy, token));
    }

    [Fact]
    public async Task A_token_may_come_as_password_or_in_the_query()
    {
        var cozy = await server.CreateInstanceAsync();
        var token = cozy.Token("io.cozy.recipes");
        (await cozy.AskAsync("GET", $"{Target}?bearer_token={token}")).Expect(404);
        (await cozy.AskAsync("GET", Target, change: request => request.Headers.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{token}"))))).Expect(404);
    }

    [Fact]
    public void A_remembered_token_stops_working_when_the_secret_changes_or_it_expires()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        var reader = new TokenReader(time, Microsoft.Extensions.Options.Options.Create(new WebOptions()));
        var instance = NewInstance(1);
        var token = new TokenIssuer(time).Issue(instance, TokenAudience.CommandLine, null, "io.cozy.recipes");
        Assert.NotNull(reader.Read(instance, token).Token);
        Assert.NotNull(reader.Read(instance, token).Token);

        Assert.Null(reader.Read(NewInstance(2), token).Token);
        Assert.Null(reader.Read(instance with { Domain = "renamed.localhost" }, token).Token);

        time.Advance(TimeSpan.FromMinutes(30));
        Assert.True(reader.Read(instance, token).IsExpired);
    }

    private static Grains.Instances.Instance NewInstance(byte seed) => new()
    {
        Id = "cozy1",
        Revision = "1-a",
        Domain = "alice.localhost",
        Locale = "en",
        SessionSecret = Secret(seed, 64),
        OAuthSecret = Secret(seed, 128),
        CliSecret = Secret(seed, 128),
    };

    private static byte[] Secret(byte seed, int length) => [.. Enumerable.Repeat(seed, length)];

    private static Task<Answer> AskWithAsync(Cozy cozy, string token) => cozy.AskAsync(
        "GET", Target, change: request => request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}"));

    private static void ExpectInvalid(Answer answer, string message = "Invalid JWT token")
    {
        Assert.Equal($$"""{"error":"code=400, message={{message}}"}""", answer.Expect(400).Text);
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Headers["WWW-Authenticate"]);
    }
}
