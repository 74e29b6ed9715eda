using System.Text.Json;
using Cozy.Web.Tests.Apps;
using Cozy.Web.Tests.Jobs;
using Xunit;

namespace Cozy.Web.Tests.Programs;

/// <summary>Installs apps with programs and has them run.</summary>
internal static class Programs
{
    public const string Scope = "io.cozy.apps io.cozy.konnectors io.cozy.jobs io.cozy.triggers io.cozy.todos io.cozy.files io.cozy.accounts io.cozy.permissions";

    /// <summary>What every program of the tests can do: say how it went, as the connector's error.</summary>
    private const string Prelude = """
        const say = (type, message, more) => console.log(JSON.stringify({ type, message: typeof message === 'string' ? message : JSON.stringify(message), ...more }));
        const tell = message => say('critical', message, { no_retry: true });
        const api = (path, options = {}) => fetch(new URL(path, process.env.COZY_URL), { ...options, headers: { authorization: `Bearer ${process.env.COZY_CREDENTIALS}`, 'content-type': 'application/json', ...options.headers } });

        """;

    /// <summary>Installs a connector of this code.</summary>
    public static async Task InstallConnectorAsync(
        Cozy cozy, AppArchives archives, string code, string slug = "probe", string more = "", string parameters = "")
    {
        var manifest = $$"""{"name":"Probe","slug":"{{slug}}","version":"1.0.0","type":"konnector","permissions":{"todos":{"type":"io.cozy.todos"} }{{more}} }""";
        var source = archives.Offer(("manifest.konnector", manifest), ("index.js", Prelude + code), ("gone.js", Prelude + "tell('cleaned ' + process.env.COZY_FIELDS)"));
        (await cozy.AskAsync("POST", $"/konnectors/{slug}?Source={Uri.EscapeDataString(source)}&Parameters={Uri.EscapeDataString(parameters)}", Scope)).Expect(202);
        await ReadyAsync(cozy, "konnectors", slug);
    }

    /// <summary>Installs, or updates, a web app with services of this code.</summary>
    public static async Task InstallServicesAsync(Cozy cozy, AppArchives archives, string services, string code = "", string version = "1.0.0", string method = "POST")
    {
        var manifest = $$"""{"name":"Probe","slug":"probe","version":"{{version}}","type":"webapp","routes":{"/":{"folder":"/","index":"index.html"} },"permissions":{"todos":{"type":"io.cozy.todos"} },"services":{{services}} }""";
        var source = archives.Offer(("manifest.webapp", manifest), ("index.html", "<html></html>"), ("services/one.js", Prelude + code));
        (await cozy.AskAsync(method, $"/apps/probe?PermissionsAcked=true&Source={Uri.EscapeDataString(source)}", Scope)).Expect(202);
        await ReadyAsync(cozy, "apps", "probe", version);
    }

    /// <summary>Has a connector run; gives how the job ended.</summary>
    public static async Task<(string State, string Error)> RunAsync(Cozy cozy, string message = """{"konnector":"probe"}""", string options = "{}", bool isManual = true) =>
        await EndOfAsync(cozy, await StartAsync(cozy, message, options, isManual));

    /// <summary>Has a connector run; gives the job's id.</summary>
    public static async Task<string> StartAsync(Cozy cozy, string message = """{"konnector":"probe"}""", string options = "{}", bool isManual = true) =>
        (await JobEndpointsTests.PushAsync(cozy, "konnector", $$"""{"arguments":{{message}},"options":{{options}},"manual":{{(isManual ? "true" : "false")}} }"""))
            .Data.GetProperty("id").GetString()!;

    /// <summary>How a job ended.</summary>
    public static async Task<(string State, string Error)> EndOfAsync(Cozy cozy, string id)
    {
        while (true)
        {
            var job = (await cozy.AskAsync("GET", $"/jobs/{id}", Scope)).Expect(200).Data.GetProperty("attributes");
            if (job.GetProperty("state").GetString() is ("done" or "errored") and var state)
                return (state, job.TryGetProperty("error", out var error) ? error.GetString() ?? "" : "");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>What a connector of this code said, as JSON.</summary>
    public static async Task<JsonElement> AskAsync(Cozy cozy, AppArchives archives, string code, string message = """{"konnector":"probe"}""")
    {
        await InstallConnectorAsync(cozy, archives, code);
        return Cozy.JsonOf((await RunAsync(cozy, message)).Error);
    }

    private static async Task ReadyAsync(Cozy cozy, string kind, string slug, string version = "1.0.0")
    {
        while (true)
        {
            var app = (await cozy.AskAsync("GET", $"/{kind}/{slug}", Scope)).Expect(200).Data.GetProperty("attributes");
            var state = app.GetProperty("state").GetString();
            Assert.NotEqual("errored", state);
            if (state == "ready" && app.GetProperty("version").GetString() == version)
                return;
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
