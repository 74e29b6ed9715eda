using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Cozy.Testing;

/// <summary>Git repositories that a daemon of Git's own serves.</summary>
public sealed class GitRepositories : IAsyncDisposable
{
    private const string Branch = "build";

    private readonly string _folder = Directory.CreateTempSubdirectory("cozy-repositories-").FullName;
    private Process? _daemon;
    private int _port;

    /// <summary>The address of a repository.</summary>
    public string AddressOf(string name) => $"git://127.0.0.1:{_port}/{name}";

    /// <summary>Starts to serve those that are there and those that are made later.</summary>
    public static async Task<GitRepositories> ServeAsync()
    {
        var repositories = new GitRepositories();
        await repositories.StartAsync();
        return repositories;
    }

    /// <summary>Makes one with a commit on the branch <c>build</c>.</summary>
    /// <param name="name">Its name, before <c>.git</c>.</param>
    /// <param name="fill">Writes the files into the folder it is given.</param>
    public async Task MakeAsync(string name, Action<string> fill)
    {
        var work = await InitializeAsync(name);
        fill(work);
        await GitAsync(work, "add", "--all");
        await GitAsync(work, "commit", "--quiet", "--message=An app");
        await PublishAsync(name);
    }

    /// <summary>Makes one of a few objects with ten to the tenth entries: each folder has the same folder ten times.</summary>
    /// <param name="name">Its name, before <c>.git</c>.</param>
    /// <param name="isHollow">Whether there is no file in all those folders.</param>
    public async Task MakeBombAsync(string name, bool isHollow)
    {
        var work = await InitializeAsync(name);
        var id = isHollow ? await GitAsync(work, "mktree") : await GitAsync(work, "hash-object", "-w", "--stdin");
        var kind = isHollow ? "040000 tree" : "100644 blob";
        for (var depth = 0; depth < 10; depth++)
        {
            var entries = string.Concat(Enumerable.Range(0, 10).Select(i => $"{kind} {id}\tf{i}\n"));
            (kind, id) = ("040000 tree", await FeedGitAsync(work, entries, "mktree"));
        }

        var commit = await GitAsync(work, "commit-tree", id, "-m", "Boom");
        await GitAsync(work, "update-ref", $"refs/heads/{Branch}", commit);
        await PublishAsync(name);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            _daemon.Kill(entireProcessTree: true);
            await _daemon.WaitForExitAsync();
            _daemon.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> InitializeAsync(string name)
    {
        var work = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        await GitAsync(work, "init", "--quiet", $"--initial-branch={Branch}");
        return work;
    }

    private Task<string> PublishAsync(string name) => GitAsync(_folder, "clone", "--quiet", "--bare", name, $"{name}.git");

    private async Task StartAsync()
    {
        _port = FreePort.Next();
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
                await client.ConnectAsync(IPAddress.Loopback, _port);
                return;
            }
            catch (SocketException) when (!_daemon.HasExited)
            {
                await Task.Delay(20);
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
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return git.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"git {string.Join(' ', arguments)} failed.");
    }
}
