using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.Hosting;

/// <summary>The apps that come with the program, across two versions of it.</summary>
public sealed class ShippedAppTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder.Path, "data");

    private string Apps => Path.Combine(_folder.Path, "apps");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_version_of_the_program_brings_its_apps_to_the_instances_there_are()
    {
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        var domain = $"bob.localhost:{port}";
        await WriteAsync("1.0.0", "io.cozy.files");
        await using (var server = await ServeAsync(port, adminPort))
        {
            await server.CliAsync("instances", "add", domain, "--passphrase", "x");
            Assert.Equal("1.0.0", await UntilVersionAsync(server, domain, "1.0.0"));
            await server.StopAsync();
        }

        // It asks for more, which needs nobody's consent: it is the program's own.
        await WriteAsync("1.1.0", "io.cozy.contacts");
        await using (var server = await ServeAsync(port, adminPort))
        {
            var before = await ShowAsync(server, domain);
            Assert.Contains(before.GetProperty("version").GetString(), new[] { "1.0.0", "1.1.0" });
            await server.CliAsync("apps", "sweep");
            Assert.Equal("1.1.0", await UntilVersionAsync(server, domain, "1.1.0"));
            await server.StopAsync();
        }

        // A silo of the old version beside the new one does not bring it back.
        await WriteAsync("1.0.9", "io.cozy.files");
        await using (var server = await ServeAsync(port, adminPort))
        {
            await server.CliAsync("apps", "sweep");
            Assert.Equal("1.1.0", (await ShowAsync(server, domain)).GetProperty("version").GetString());
        }
    }

    [Fact]
    public async Task Without_shipped_apps_one_line_says_so_and_everything_else_works()
    {
        await using var server = await ServeAsync(FreePort.Next(), FreePort.Next());
        var domain = $"bob.localhost:{server.Port}";
        await server.CliAsync("instances", "add", domain, "--passphrase", "x");
        Assert.Equal("[]", (await JsonAsync(server, "apps", "ls", "--domain", domain)).GetProperty("data").GetRawText());
        Assert.Equal(1, server.Output.Split("No apps are shipped with this program").Length - 1);
        var refused = await CozyProgram.RunAsync(
            ["instances", "add", $"eve.localhost:{server.Port}", "--apps", "home", "--admin-url", server.AdminUrl],
            cancellationToken: Cancellation);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("no registry is configured", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Features_and_what_there_is_to_install_are_seen_and_changed_from_the_command_line()
    {
        await WriteAsync("1.0.0", "io.cozy.files");
        await using var server = await ServeAsync(FreePort.Next(), FreePort.Next());
        var domain = $"bob.localhost:{server.Port}";
        await server.CliAsync("instances", "add", domain, "--passphrase", "x", "--apps", "home", "--context-name", "beta");
        Assert.Contains("home  webapp  1.0.0    Home", await server.CliAsync("registry", "ls"), StringComparison.Ordinal);
        Assert.Contains("\"stable\":[\"1.0.0\"]", await server.CliAsync("registry", "show", "home"), StringComparison.Ordinal);

        await server.CliAsync("features", "defaults", """{"a":1,"b":1,"c":1}""");
        await server.CliAsync("features", "ratio", "b", """[{"ratio":1,"value":2}]""", "--context-name", "beta");
        await server.CliAsync("features", "flags", """{"a":3}""", "--domain", domain);
        Assert.Equal("""{"a":3,"b":2,"c":1,"d":4}""", await server.CliAsync("features", "show", "--domain", domain));
        Assert.Equal("""{"a":3}""", await server.CliAsync("features", "flags", "--domain", domain));
        Assert.Equal("""{"d":4}""", await server.CliAsync("features", "config", "--context-name", "beta"));
        await server.CliAsync("features", "flags", """{"a":null}""", "--domain", domain);
        await server.CliAsync("features", "ratio", "b", "[]", "--context-name", "beta");
        Assert.Equal("""{"a":1,"b":1,"c":1,"d":4}""", await server.CliAsync("features", "show", "--domain", domain));
        Assert.Equal("""["x","y"]""", await server.CliAsync("features", "sets", "x y", "--domain", domain));
        Assert.Equal("""["x","y"]""", await server.CliAsync("features", "sets", "--domain", domain));

        foreach (var wrong in new[] { """[1]""", """{"b":1}""", """{"b":[{"ratio":0.7,"value":1},{"ratio":0.7,"value":2}]}""" })
        {
            var isList = wrong[0] == '[';
            string[] command = isList
                ? ["features", "defaults", wrong]
                : ["features", "ratio", "b", wrong[5..^1], "--context-name", "beta"];
            Assert.Equal(2, (await CozyProgram.RunAsync([.. command, "--admin-url", server.AdminUrl], cancellationToken: Cancellation)).ExitCode);
        }
    }

    private Task<CozyServer> ServeAsync(int port, int adminPort) => CozyServer.StartAsync(
        ["--data", Data, "--no-first-instance"],
        new Dictionary<string, string> { ["COZY_Apps__Folder"] = Apps, ["COZY_Apps__Default"] = "home", ["COZY_Contexts__beta__Features__d"] = "4" },
        port, adminPort, Cancellation);

    private async Task WriteAsync(string version, string doctype)
    {
        var home = Directory.CreateDirectory(Path.Combine(Apps, "home")).FullName;
        await File.WriteAllTextAsync(Path.Combine(home, "index.html"), version, Cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(home, "manifest.webapp"),
            $$"""
            {"name":"Home","slug":"home","version":"{{version}}","type":"webapp",
             "routes":{"/":{"folder":"/","index":"index.html"} },"permissions":{"x":{"type":"{{doctype}}"} } }
            """,
            Cancellation);
    }

    private static async Task<string> UntilVersionAsync(CozyServer server, string domain, string version)
    {
        var patience = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var app = await ShowAsync(server, domain);
            var current = app.GetProperty("version").GetString()!;
            if ((current == version && app.GetProperty("state").GetString() == "ready")
                || TimeProvider.System.GetElapsedTime(patience) > TimeSpan.FromSeconds(60))
            {
                return current;
            }
        }
    }

    private static async Task<JsonElement> ShowAsync(CozyServer server, string domain) =>
        (await JsonAsync(server, "apps", "show", "home", "--domain", domain)).GetProperty("attributes");

    private static async Task<JsonElement> JsonAsync(CozyServer server, params string[] command)
    {
        using var json = JsonDocument.Parse(await server.CliAsync([.. command, "--json"]));
        return json.RootElement.Clone();
    }
}
