using System.Text;
using Cozy.Web.Auth.Tokens;
using Microsoft.Extensions.DependencyInjection;

using Xunit;
using Base64UrlEncoder = Microsoft.IdentityModel.Tokens.Base64UrlEncoder;

namespace Cozy.Web.Tests.Auth.Tokens;

/// <summary>Tokens that somebody has tampered with, from a seed that a failure names.</summary>
public sealed class TokenFuzzTests(TestServer server)
{
    private const int Rounds = 5_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_changed_token_is_good_and_none_breaks_the_reader(int seed)
    {
        var random = new Random(seed);
        var cozy = await server.CreateInstanceAsync();
        var reader = server.Services.GetRequiredService<TokenReader>();
        var tokens = Enum.GetValues<TokenAudience>().Select(audience =>
            new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, audience, "subject", "io.cozy.files", uniqueId: "x", generation: 1)).ToList();
        Assert.All(tokens, token => Assert.NotNull(reader.Read(cozy.Instance, token).Token));
        for (var round = 0; round < Rounds; round++)
        {
            var token = tokens[random.Next(tokens.Count)];
            var changed = Change(random, token, tokens);
            if (!tokens.Contains(changed))
                Assert.True(reader.Read(cozy.Instance, changed).Token is null, $"{token} became {changed}");
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("RS512")]
    [InlineData("hs512")]
    public async Task A_token_signed_in_another_way_is_refused(string algorithm)
    {
        var cozy = await server.CreateInstanceAsync();
        var parts = cozy.Token("io.cozy.files").Split('.');
        var header = Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""");
        var signature = algorithm == "none" ? "" : Base64UrlEncoder.Encode(Sign(algorithm, cozy.Instance.CliSecret.ToArray(), $"{header}.{parts[1]}"));
        Assert.Null(server.Services.GetRequiredService<TokenReader>().Read(cozy.Instance, $"{header}.{parts[1]}.{signature}").Token);
    }

    /// <summary>Audiences have secrets of their own: the key of the command line's tokens makes no OAuth token.</summary>
    [Fact]
    public async Task A_token_signed_with_the_secret_of_another_audience_is_refused()
    {
        var cozy = await server.CreateInstanceAsync();
        var mixed = cozy.Instance with { CliSecret = cozy.Instance.OAuthSecret };
        var token = new TokenIssuer(TimeProvider.System).Issue(mixed, TokenAudience.CommandLine, null, "io.cozy.files");
        Assert.Null(server.Services.GetRequiredService<TokenReader>().Read(cozy.Instance, token).Token);
    }

    private static byte[] Sign(string algorithm, byte[] key, string text) => algorithm == "HS256"
        ? System.Security.Cryptography.HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text))
        : System.Security.Cryptography.HMACSHA512.HashData(key, Encoding.ASCII.GetBytes(text));

    private static string Change(Random random, string token, List<string> tokens)
    {
        var at = random.Next(token.Length);
        return random.Next(7) switch
        {
            0 => token[..at] + (char)random.Next(33, 127) + token[(at + 1)..],
            1 => token[..at],
            2 => token[..at] + token[(at + 1)..],
            3 => token[..at] + (char)random.Next(1, 0x2fff) + token[at..],
            4 => Swap(token, tokens[random.Next(tokens.Count)], random.Next(3)),
            5 => token + new string('=', random.Next(1, 4)),
            _ => new string([.. Enumerable.Range(0, random.Next(300)).Select(_ => ".eyJhbGciOiJIUzUxMiJ9-_"[random.Next(23)])]),
        };
    }

    /// <summary>A part of one token in the other.</summary>
    private static string Swap(string token, string other, int part)
    {
        var (own, foreign) = (token.Split('.'), other.Split('.'));
        own[part] = foreign[part];
        return string.Join('.', own);
    }
}
