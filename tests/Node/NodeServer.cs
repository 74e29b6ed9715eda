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
    public async ValueTask InitializeAsync() => _server = await CozyServer.StartAsync(
        ["--data", _data],
        // The sites that connectors ask are on this machine.
        new Dictionary<string, string> { ["COZY_Jobs__AllowPrivateAddresses"] = "true" });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>Makes an instance of its own; gives its domain and a token of the scope.</summary>
    public async Task<CozyClient> CreateInstanceAsync(string scope)
    {
        var domain = $"{Guid.NewGuid():N}.localhost:{_server!.Port}";
        await _server.CliAsync("instances", "add", domain, "--passphrase", "correct-horse");
        return new CozyClient(_server.Url, domain, (await _server.CliAsync(["instances", "token-cli", domain, .. scope.Split(' ')])).Trim());
    }

    /// <summary>Runs a script (<c>Scripts/name.cjs</c>) against an instance of its own; fails unless it ends well.</summary>
    public async Task RunAsync(string script, string scope)
    {
        using var cozy = await CreateInstanceAsync(scope);
        await RunNodeAsync(
            RepositoryFolder.Under("tests", "Node"), Path.Combine("Scripts", script + ".cjs"),
            ("COZY_URL", $"http://{cozy.Domain}"), ("COZY_TOKEN", cozy.Token!));
    }

    /// <summary>Runs a script in a folder; fails unless it ends well.</summary>
    public static async Task RunNodeAsync(string folder, string script, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(script);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
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
