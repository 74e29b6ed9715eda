using System.Diagnostics;
using Cozy.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Cozy.Node.Tests.NodeServer))]

namespace Cozy.Node.Tests;

/// <summary>A real server, and Node with the clients of the API to run against it.</summary>
public sealed class NodeServer : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("cozy-node-").FullName;
    private CozyServer? _server;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _server = await CozyServer.StartAsync(["--data", _data]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>Runs a script (<c>Scripts/name.cjs</c>) against an instance of its own; fails unless it ends well.</summary>
    public async Task RunAsync(string script, string scope)
    {
        var domain = $"{Guid.NewGuid():N}.localhost:{_server!.Port}";
        await _server.CliAsync("instances", "add", domain, "--passphrase", "correct-horse");
        var token = (await _server.CliAsync(["instances", "token-cli", domain, .. scope.Split(' ')])).Trim();

        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = RepositoryFolder.Under("tests", "Node"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine("Scripts", script + ".cjs"));
        start.Environment["COZY_URL"] = $"http://{domain}";
        start.Environment["COZY_TOKEN"] = token;
        using var node = Process.Start(start)!;
        try
        {
            var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(node.ExitCode == 0, $"{script} ended with {node.ExitCode}:\n{await output}\n{await error}");
        }
        finally
        {
            if (!node.HasExited)
                node.Kill(entireProcessTree: true);
        }
    }
}
