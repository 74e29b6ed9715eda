using System.Security.Cryptography;
using System.Text;
using Cozy.Web.Auth.Tokens;
using Xunit;
using Base64UrlEncoder = Microsoft.IdentityModel.Tokens.Base64UrlEncoder;

namespace Cozy.Web.Tests.Access;

/// <summary>
/// Tokens that somebody has tampered with, and scopes that somebody wrote badly, at the running server; from a seed that a
/// failure names. None of them may break it, and none may open what it does not say.
/// </summary>
public sealed class TokenFuzzTests(TestServer server)
{
    private const int Rounds = 1500;
    private const string Signs = "io.cozyfilesGETPUTALL:,* @.-_/%\"\\+=;|\t\u00a0\u00e9\u2003";

    private static readonly (string Method, string Target)[] Targets =
    [
        ("GET", "/data/org.example.a/one"), ("PUT", "/data/org.example.a/one"), ("GET", "/data/org.example.a/_all_docs"),
        ("GET", "/files/io.cozy.files.root-dir"), ("POST", "/files/io.cozy.files.root-dir?Type=directory&Name=x"),
        ("GET", "/permissions/self"), ("POST", "/permissions?codes=x"), ("GET", "/settings/clients"), ("PUT", "/settings/instance"),
        ("POST", "/jobs/queue/log"), ("GET", "/apps/"), ("DELETE", "/auth/login"), ("GET", "/auth/register/x"), ("PROPFIND", "/dav/files/"),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_tampered_token_opens_or_breaks_anything(int seed)
    {
        var random = new Random(seed);
        var (cozy, other) = (await server.CreateInstanceAsync(), await server.CreateInstanceAsync());
        (await cozy.AskAsync("PUT", "/data/org.example.a/one", "org.example.a", Cozy.Json("{}"))).Expect(200);
        var issuer = new TokenIssuer(TimeProvider.System);
        var audiences = Enum.GetValues<TokenAudience>();
        for (var round = 0; round < Rounds; round++)
        {
            var audience = audiences[random.Next(audiences.Length)];
            var token = Tamper(random, issuer.Issue(cozy.Instance, audience, "x", "*", uniqueId: "x"), () => issuer.Issue(other.Instance, audience, "x", "*"));
            var (method, target) = Targets[random.Next(Targets.Length)];
            var status = (await AskAsync(random, cozy, method, target, token)).Status;
            Assert.True(status is >= 400 and < 500, $"seed {seed}, round {round}: {method} {target} with {token}: {status}");
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task No_scope_opens_more_than_it_says(int seed)
    {
        var random = new Random(seed);
        var cozy = await server.CreateInstanceAsync();
        var allowed = 0;
        foreach (var doctype in new[] { "org.example.a", "org.example.b" })
            (await cozy.AskAsync("PUT", $"/data/{doctype}/one", doctype, Cozy.Json("{}"))).Expect(200);
        for (var round = 0; round < Rounds; round++)
        {
            var scope = Scope(random);
            var doctype = random.Next(2) == 0 ? "org.example.a" : "org.example.b";
            var status = (await cozy.AskAsync("GET", $"/data/{doctype}/one", scope)).Status;
            Assert.True(status is 200 or 400 or 401 or 403, $"seed {seed}, round {round}: \"{scope}\": {status}");
            Assert.True(status != 200 || Says(scope, doctype), $"seed {seed}, round {round}: \"{scope}\" opens {doctype}");
            allowed += status == 200 ? 1 : 0;

            // A caller with this scope gives nobody more than it has.
            var gift = await cozy.AskAsync("POST", "/permissions?codes=x", scope, Cozy.Json(
                $$$"""{"data":{"attributes":{"permissions":{"x":{"type":"{{{doctype}}}","verbs":["DELETE"]} } } } }"""));
            Assert.True(gift.Status is 200 or 400 or 401 or 403, $"seed {seed}, round {round}: \"{scope}\": {gift.Status}");
            Assert.True(gift.Status != 200 || Says(scope, doctype, "DELETE", id: null), $"seed {seed}, round {round}: \"{scope}\" gives {doctype}");
        }

        Assert.InRange(allowed, Rounds / 100, Rounds / 2);
    }

    /// <summary>What the scope says, read in the strictest way: one rule of its own, apart from the others by a blank.</summary>
    private static bool Says(string scope, string doctype, string verb = "GET", string? id = "one") => scope.Split(' ').Any(rule =>
        rule.Split(':') is [var type, .. var rest] && (type == doctype || type == $"{doctype}.*" || type == "*")
        && (rest.ElementAtOrDefault(0) is null or "" || rest[0].Split(',').Any(name => name == verb || name == "ALL"))
        && (rest.ElementAtOrDefault(1) is null or "" || (id is not null && rest[1].Split(',').Contains(id) && rest.ElementAtOrDefault(2) is null or "")));

    private static string Scope(Random random)
    {
        string Of(params string[] from) => from[random.Next(from.Length)];
        string Separator(string usual) => random.Next(4) > 0 ? usual : Signs[random.Next(Signs.Length)].ToString();
        var text = new StringBuilder();
        for (var rule = random.Next(1, 4); rule > 0; rule--)
        {
            text.Append(Of("org.example.a", "org.example.b", "org.example.c", "org.example.*", "org.example.a.*", "*", "org.example.A", ""))
                .Append(Separator(":")).Append(Of("GET", "ALL", "", "POST", "GET,PUT", "get", "DELETE,GET"))
                .Append(Separator(":")).Append(Of("", "", "one", "two", "one,two"))
                .Append(Separator(":")).Append(Of("", "", "", "class"))
                .Append(Separator(" "));
        }

        return text.ToString();
    }

    private static string Tamper(Random random, string token, Func<string> foreign)
    {
        var parts = token.Split('.');
        var at = random.Next(token.Length);
        return random.Next(8) switch
        {
            0 => token[..at],
            1 => token[..at] + (char)random.Next(33, 127) + token[at..],
            2 => token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..],
            3 => foreign(),
            4 => $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.{(random.Next(2) == 0 ? "" : parts[2])}",
            5 => $"{parts[0]}.{Base64UrlEncoder.Encode($$"""{"aud":["cli"],"iat":{{random.NextInt64()}},"iss":[1],"scope":{"a":"*"} }""")}.{parts[2]}",
            6 => $"{parts[0]}.{parts[1]}.{Base64UrlEncoder.Encode(HMACSHA512.HashData(RandomKey(random), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}")))}",
            _ => new string([.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => Signs[random.Next(Signs.Length - 4)])]),
        };
    }

    private static byte[] RandomKey(Random random)
    {
        var key = new byte[random.Next(0, 130)];
        random.NextBytes(key);
        return key;
    }

    /// <summary>Shows the token in each of the ways there are.</summary>
    private static Task<Answer> AskAsync(Random random, Cozy cozy, string method, string target, string token)
    {
        var way = random.Next(3);
        if (way == 0)
            target += $"{(target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}bearer_token={Uri.EscapeDataString(token)}";
        return cozy.AskAsync(method, target, null, method is "POST" or "PUT" ? Cozy.Json("{}") : null, request =>
        {
            if (way > 0)
            {
                request.Headers.TryAddWithoutValidation(
                    "Authorization", way == 1 ? $"Bearer {token}" : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{token}"))}");
            }
        });
    }
}
