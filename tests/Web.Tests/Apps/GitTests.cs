using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Cozy.Web.Tests.Apps;

/// <summary>Apps from Git repositories, which a daemon of Git's own serves.</summary>
public sealed class GitTests(TestServer server) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cozy-repositories-").FullName;
    private Process? _daemon;
    private int _port;

    public async ValueTask InitializeAsync()
    {
        await MakeAsync("mini", work =>
        {
            File.WriteAllText(Path.Combine(work, "manifest.webapp"), AppArchives.Manifest("1.0.0", "{}"));
            File.WriteAllText(Path.Combine(work, "index.html"), "<html>from git</html>");
            Directory.CreateDirectory(Path.Combine(work, "public"));
            File.WriteAllText(Path.Combine(work, "public", "index.html"), "<html>public</html>");
        });
        await MakeAsync("linked", work =>
        {
            File.WriteAllText(Path.Combine(work, "manifest.webapp"), AppArchives.Manifest("1.0.0", "{}"));
            File.CreateSymbolicLink(Path.Combine(work, "secrets"), "/etc/passwd");
        });
        await MakeBombAsync("bomb");
        await ServeAsync();
    }

    [Fact]
    public async Task An_app_is_installed_from_a_branch()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Passphrase = "correct horse battery" });
        await AppTests.InstallAsync(cozy, $"git://127.0.0.1:{_port}/mini.git#build");
        var app = (await cozy.AskAsync("GET", "/apps/mini", "io.cozy.apps")).Expect(200).Data.GetProperty("attributes");
        Assert.Equal("1.0.0", app.GetProperty("version").GetString());
        Assert.Contains("public", (await AppVisitor.AskAppAsync(cozy, "mini", "/public")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mini.git#main", "not reachable")]
    [InlineData("nothing.git", "not reachable")]
    [InlineData("mini.git#--upload-pack=x", "Not a branch")]
    [InlineData("linked.git", "secrets is no file")]
    [InlineData("bomb.git", "more than")]
    public async Task What_is_wrong_with_a_repository_is_said(string repository, string because)
    {
        var cozy = await server.CreateInstanceAsync();
        var source = Uri.EscapeDataString($"git://127.0.0.1:{_port}/{repository}");
        var answer = await cozy.AskAsync("POST", $"/apps/mini?Source={source}", "io.cozy.apps");
        Assert.InRange(answer.Status, 400, 499);
        Assert.Contains(because, answer.Text, StringComparison.OrdinalIgnoreCase);
        (await cozy.AskAsync("GET", "/apps/mini", "io.cozy.apps")).Expect(404);
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            _daemon.Kill(entireProcessTree: true);
            await _daemon.WaitForExitAsync(CancellationToken.None);
            _daemon.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task MakeAsync(string name, Action<string> fill)
    {
        var work = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        await GitAsync(work, "init", "--quiet", "--initial-branch=build");
        fill(work);
        await GitAsync(work, "add", "--all");
        await GitAsync(work, "commit", "--quiet", "--message=An app");
        await GitAsync(_folder, "clone", "--quiet", "--bare", name, $"{name}.git");
    }

    /// <summary>A repository of a few objects with ten to the tenth files: each folder has the same folder ten times.</summary>
    private async Task MakeBombAsync(string name)
    {
        var work = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        await GitAsync(work, "init", "--quiet", "--initial-branch=build");
        var (kind, mode, id) = ("blob", "100644", await GitAsync(work, "hash-object", "-w", "--stdin"));
        for (var depth = 0; depth < 10; depth++)
        {
            var entries = string.Concat(Enumerable.Range(0, 10).Select(i => $"{mode} {kind} {id}\tf{i}\n"));
            (kind, mode, id) = ("tree", "40000", await FeedGitAsync(work, entries, "mktree"));
        }

        var commit = await GitAsync(work, "commit-tree", id, "-m", "Boom");
        await GitAsync(work, "update-ref", "refs/heads/build", commit);
        await GitAsync(_folder, "clone", "--quiet", "--bare", name, $"{name}.git");
    }

    private async Task ServeAsync()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            _port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        _daemon = Process.Start(new ProcessStartInfo(
            "git", ["daemon", $"--port={_port}", "--listen=127.0.0.1", "--export-all", $"--base-path={_folder}", _folder])
        {
            RedirectStandardError = true,
        })!;
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException) when (!_daemon.HasExited)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    private static Task<string> GitAsync(string folder, params string[] arguments) => FeedGitAsync(folder, "", arguments);

    private static async Task<string> FeedGitAsync(string folder, string input, params string[] arguments)
    {
        string[] identity = ["-c", "user.name=Test", "-c", "user.email=test@example.net", "-c", "commit.gpgsign=false"];
        using var git = Process.Start(new ProcessStartInfo("git", [.. identity, "-C", folder, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await git.StandardInput.WriteAsync(input);
        git.StandardInput.Close();
        var output = await git.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await git.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, git.ExitCode);
        return output.Trim();
    }
}
