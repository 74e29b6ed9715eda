using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cozy.Benchmarks.Load;
using Cozy.Benchmarks.Servers;

namespace Cozy.Benchmarks.Cases;

/// <summary>
/// GET of a document of 1 KiB by each kind of caller (the command line, an OAuth client, a link's code in its two forms, an app
/// in the owner's browser with its session's cookie), against Kestrel answering the same bytes from memory.
/// </summary>
internal sealed partial class AccessCase : BenchmarkCase
{
    private const double Goal = 0.45;
    private const string Slug = "reader";

    public override string Name => "access";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var domain = environment.Headers["Host"];
        var (code, shortCode) = await ShareAsync(environment);
        (string Name, Dictionary<string, string> Headers)[] callers =
        [
            ("a token of the command line", environment.Headers),
            ("a token of an OAuth client", Bearer(domain, await ConnectAsync(environment, domain))),
            ("the code of a link", Bearer(domain, code)),
            ("the short code of a link", Bearer(domain, shortCode)),
            ("an app's token and the session's cookie", await OpenAppAsync(environment, domain)),
        ];

        var results = await ClosedLoop.AlternateAsync(
            options.Rounds,
            [
                () => RequestLoad.GetAsync(environment.Client, new Uri(environment.Bare, "/document"), environment.Headers, options.Duration),
                .. callers.Select(caller => (Func<Task<Measurement>>)(() => RequestLoad.GetAsync(
                    environment.Client, new Uri(environment.Cozy, BenchmarkEnvironment.DocumentPath), caller.Headers, options.Duration))),
            ]);
        for (var i = 0; i < callers.Length; i++)
            report.Add($"GET a document of 1 KiB by {callers[i].Name}", results[i + 1], Goal, ("bare Kestrel", results[0]));
    }

    private static Dictionary<string, string> Bearer(string domain, string token) =>
        new() { ["Host"] = domain, ["Authorization"] = $"Bearer {token}" };

    /// <summary>The two forms of the code of a link to the documents of the benchmark.</summary>
    public static async Task<(string Code, string ShortCode)> ShareAsync(BenchmarkEnvironment environment)
    {
        using var answer = await environment.SendAsync(HttpMethod.Post, "/permissions?codes=friend", Encoding.UTF8.GetBytes(
            $$$"""{"data":{"type":"io.cozy.permissions","attributes":{"permissions":{"x":{"type":"{{{BenchmarkEnvironment.Doctype}}}","verbs":["GET"]} } } } }"""));
        using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        var attributes = json.RootElement.GetProperty("data").GetProperty("attributes");
        return (attributes.GetProperty("codes").GetProperty("friend").GetString()!, attributes.GetProperty("shortcodes").GetProperty("friend").GetString()!);
    }

    private static async Task<string> ConnectAsync(BenchmarkEnvironment environment, string domain)
    {
        var client = await environment.CliAsync("instances", "client-oauth", domain, "http://localhost:3344/callback", "Reader", "github.com/example/reader");
        return await environment.CliAsync("instances", "token-oauth", domain, client, BenchmarkEnvironment.Doctype);
    }

    /// <summary>Opens an app as its owner's browser does.</summary>
    private static async Task<Dictionary<string, string>> OpenAppAsync(BenchmarkEnvironment environment, string domain)
    {
        var folder = Directory.CreateDirectory(Path.Combine(environment.Folder, Slug)).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "manifest.webapp"), $$$"""
            {"name":"Reader","slug":"{{{Slug}}}","version":"1.0.0","routes":{"/":{"folder":"/","index":"index.html"}},
             "permissions":{"x":{"type":"{{{BenchmarkEnvironment.Doctype}}}"} } }
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), """<html><body data-token="{{.Token}}"></body></html>""");
        await environment.CliAsync("apps", "install", Slug, folder, "--domain", domain);

        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        using var asking = new HttpRequestMessage(HttpMethod.Post, new Uri(environment.Cozy, "/auth/session_code"));
        foreach (var (name, value) in Bearer(domain, await environment.CliAsync("instances", "token-cli", domain, "*")))
            asking.Headers.TryAddWithoutValidation(name, value);
        using var given = await client.SendAsync(asking);
        using var json = JsonDocument.Parse(await given.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync());
        var sessionCode = json.RootElement.GetProperty("session_code").GetString();

        using var entering = new HttpRequestMessage(HttpMethod.Get, new Uri(environment.Cozy, $"/?session_code={sessionCode}"));
        entering.Headers.Host = $"{Slug}.{domain}";
        using var entered = await client.SendAsync(entering);
        if (entered.StatusCode != HttpStatusCode.SeeOther)
            throw new InvalidOperationException($"The code opened no session: {entered}");
        var cookie = entered.Headers.GetValues("Set-Cookie").First(text => text.StartsWith("cozysessid", StringComparison.Ordinal)).Split(';')[0];

        using var opening = new HttpRequestMessage(HttpMethod.Get, environment.Cozy);
        opening.Headers.Host = $"{Slug}.{domain}";
        opening.Headers.Add("Cookie", cookie);
        using var page = await client.SendAsync(opening);
        var headers = Bearer(domain, TokenInPage().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value);
        headers["Cookie"] = cookie;
        return headers;
    }

    [GeneratedRegex("data-token=\"([^\"]+)\"")]
    private static partial Regex TokenInPage();
}
