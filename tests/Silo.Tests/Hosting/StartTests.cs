using System.Net;
using System.Net.Sockets;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.Hosting;

/// <summary>How the server starts, and why it does not.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_first_instance_waits_for_its_owner_with_the_same_link_at_each_start()
    {
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        var link = await LinkOfARunAsync(port, adminPort);

        Assert.Matches($"^http://cozy\\.localhost:{port}/\\?registerToken=[0-9a-f]{{32}}$", link);
        Assert.Equal(link, await LinkOfARunAsync(port, adminPort));
    }

    [Fact]
    public async Task No_first_instance_is_made_if_it_is_not_wanted()
    {
        await using var server = await CozyServer.StartAsync(
            ["--data", _folder.Path, "--no-first-instance"], cancellationToken: Cancellation);

        Assert.Contains("\"data\":[]", await server.CliAsync("instances", "ls", "--json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_servers_with_their_own_folders_run_side_by_side()
    {
        await using var one = await CozyServer.StartAsync(
            ["--data", Path.Combine(_folder.Path, "one")], cancellationToken: Cancellation);
        await using var two = await CozyServer.StartAsync(
            ["--data", Path.Combine(_folder.Path, "two")], cancellationToken: Cancellation);

        Assert.False(one.HasExited);
        Assert.False(two.HasExited);
    }

    [Fact]
    public async Task A_second_process_on_a_folder_is_refused_until_the_first_is_gone()
    {
        var first = await CozyServer.StartAsync(["--data", _folder.Path], cancellationToken: Cancellation);
        await using (first)
        {
            var second = await ServeAsync("--data", _folder.Path);
            Assert.Equal(1, second.ExitCode);
            Assert.StartsWith("cozy: Another process uses the data folder ", second.Error, StringComparison.Ordinal);
            await first.KillAsync();
        }

        await using var third = await CozyServer.StartAsync(["--data", _folder.Path], cancellationToken: Cancellation);
        Assert.False(third.HasExited);
    }

    [Theory]
    [InlineData("--urls")]
    [InlineData("--admin-urls")]
    public async Task A_taken_port_is_said_in_one_line(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        var result = await ServeAsync("--data", _folder.Path, option, address);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"cozy: Cannot listen on {address}: the port is already in use.", result.Error);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_said_in_one_line()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "", Cancellation);

        var result = await ServeAsync("--data", Path.Combine(file, "data"));

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("cozy: Cannot write to the data folder ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Error);
    }

    [Theory]
    [InlineData("COZY_Server__Dta", "x", "cozy: Unknown configuration key Server:Dta. Did you mean Server:Data?")]
    [InlineData("COZY_Web__MaxJsonBytes", "-1", "cozy: Web: sizes and times must be greater than zero.")]
    [InlineData("COZY_Server__AdminUrls", "http://0.0.0.0:1", "cozy: The admin API on http://0.0.0.0:1 needs a secret")]
    public async Task A_wrong_configuration_is_said_in_one_line(string variable, string value, string expected)
    {
        var result = await CozyProgram.RunAsync(
            ["--data", _folder.Path, "--urls", $"http://127.0.0.1:{FreePort.Next()}"],
            new Dictionary<string, string>
            {
                ["COZY_Server__AdminUrls"] = $"http://127.0.0.1:{FreePort.Next()}",
                [variable] = value,
            },
            cancellationToken: Cancellation);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(expected, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Error);
    }

    private static Task<ProgramResult> ServeAsync(params string[] arguments)
    {
        string[] ports = ["--urls", $"http://127.0.0.1:{FreePort.Next()}", "--admin-urls", $"http://127.0.0.1:{FreePort.Next()}"];
        // An option given twice would be refused.
        var missing = ports.Chunk(2).Where(pair => !arguments.Contains(pair[0])).SelectMany(pair => pair);
        return CozyProgram.RunAsync(["serve", .. arguments, .. missing], cancellationToken: Cancellation);
    }

    private async Task<string> LinkOfARunAsync(int port, int adminPort)
    {
        await using var server = await CozyServer.StartAsync(
            ["--data", _folder.Path], port: port, adminPort: adminPort, cancellationToken: Cancellation);
        await server.StopAsync();
        var line = server.Output.Split('\n').Single(line => line.StartsWith("Open ", StringComparison.Ordinal));
        return line.Split(' ')[1];
    }
}
