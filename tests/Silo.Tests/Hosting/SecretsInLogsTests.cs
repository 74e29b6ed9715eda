using System.Text.RegularExpressions;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.Hosting;

/// <summary>Goes the ways in on a server that logs whatever it can, and looks for what must not be there.</summary>
public sealed partial class SecretsInLogsTests
{
    private const string Passphrase = "sesame-derived-passphrase";
    private const string Another = "another-derived-passphrase";

    [Fact]
    public async Task No_secret_of_a_login_is_logged()
    {
        using var folder = new TemporaryFolder();
        await using var mails = await MailCatcher.StartAsync();
        await using var server = await CozyServer.StartAsync(
            ["--data", folder.Path, "--no-first-instance"],
            new Dictionary<string, string>
            {
                ["COZY_Log__Level"] = "Debug",
                ["COZY_Web__RequestLog"] = "true",
                ["COZY_Mail__Host"] = "127.0.0.1",
                ["COZY_Mail__Port"] = $"{mails.SmtpPort}",
                ["COZY_Mail__Security"] = "None",
            },
            cancellationToken: TestContext.Current.CancellationToken);
        var email = MailCatcher.NewAddress();
        var domain = $"alice.localhost:{server.Port}";
        var output = await server.CliAsync("instances", "add", domain, "--email", email);
        var register = RegisterToken().Match(output).Groups[1].Value;
        using var browser = new Browser(server.Url, domain);

        await browser.PostAsync("/auth/passphrase", 303, ("register_token", register), ("passphrase", Passphrase), ("iterations", "650000"));
        await browser.PostAsync("/auth/security/mail", 200);
        var activation = await mails.WaitForCodeAsync(email);
        await browser.PostAsync("/auth/security/mail", 303, ("code", activation));
        var session = browser.Cookie("cozysessid");

        using var other = new Browser(server.Url, domain);
        await other.PostAsync("/auth/login", 401, ("passphrase", "wrong-derived-passphrase"));
        var redirect = await other.PostAsync("/auth/login", 303, ("passphrase", Passphrase));
        var token = TwoFactorToken().Match(redirect!).Groups[1].Value;
        await other.GetAsync(redirect!);
        var code = await mails.WaitForCodeAsync(email, activation);
        await other.PostAsync("/auth/twofactor", 303, ("two-factor-token", token), ("two-factor-passcode", code));
        await other.PostAsync("/auth/passphrase_reset", 200);
        var link = (await mails.WaitForAsync(email, mail => mail.Text.Contains("/auth/passphrase_renew", StringComparison.Ordinal))).Link;
        var reset = link.Query["?token=".Length..];
        await other.GetAsync(link.PathAndQuery);
        await other.PostAsync("/auth/passphrase_renew", 303, ("passphrase_reset_token", reset), ("passphrase", Another), ("iterations", "650000"));

        // The log is written behind the answers; once its last line is there, so are those before.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!server.Output.Contains("/auth/passphrase_renew answered 303", StringComparison.Ordinal))
            await Task.Delay(20, patience.Token);
        foreach (var secret in new[]
        {
            Passphrase, Another, "wrong-derived-passphrase", register, activation, session, token, code, reset, email,
        })
        {
            Assert.NotEmpty(secret);

            // A code of six digits may be part of some other number.
            var pattern = secret.Length == 6 ? $@"\b{secret}\b" : Regex.Escape(secret);
            Assert.False(Regex.IsMatch(server.Output, pattern), $"The log has {secret}.");
        }
    }

    [GeneratedRegex("registerToken=([0-9a-f]+)")]
    private static partial Regex RegisterToken();

    [GeneratedRegex("two_factor_token=([^&]+)")]
    private static partial Regex TwoFactorToken();

    private sealed class Browser(Uri server, string domain) : IDisposable
    {
        private readonly Dictionary<string, string> _jar = [];
        private HttpClient? _client;

        private HttpClient Client => _client ??= new HttpClient(
            new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

        public string Cookie(string name) => _jar[name];

        public async Task<string?> GetAsync(string path)
        {
            using var request = Request(HttpMethod.Get, path);
            return await SendAsync(request, null);
        }

        public async Task<string?> PostAsync(string path, int status, params (string Name, string Value)[] fields)
        {
            if (!_jar.ContainsKey("_csrf"))
                await GetAsync("/auth/passphrase_reset");
            using var request = Request(HttpMethod.Post, path);
            request.Content = new FormUrlEncodedContent(
                [new("csrf_token", _jar["_csrf"]), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
            return await SendAsync(request, status);
        }

        public void Dispose() => _client?.Dispose();

        private HttpRequestMessage Request(HttpMethod method, string path)
        {
            var request = new HttpRequestMessage(method, new Uri(server, new Uri(new Uri("http://x"), path).PathAndQuery));
            request.Headers.Host = domain;
            request.Headers.Add("Accept", "text/html");
            if (_jar.Count > 0)
                request.Headers.Add("Cookie", string.Join("; ", _jar.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            return request;
        }

        private async Task<string?> SendAsync(HttpRequestMessage request, int? status)
        {
            using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
            if (status is { } expected)
                Assert.True((int)response.StatusCode == expected, $"{request.RequestUri} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            if (response.Headers.TryGetValues("Set-Cookie", out var set))
            {
                foreach (var pair in set.Select(cookie => cookie.Split(';')[0].Split('=', 2)))
                    _jar[pair[0]] = pair[1];
            }

            return response.Headers.Location?.ToString();
        }
    }
}
