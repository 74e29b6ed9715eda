using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.Hosting;

/// <summary>How the server stops, and what it still knows afterwards.</summary>
public sealed class StopTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_restart_keeps_everything()
    {
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        var domain = $"bob.localhost:{port}";
        string token, id, file;
        await using (var server = await StartAsync(port, adminPort))
        {
            await server.CliAsync("instances", "add", domain, "--passphrase", "x");
            token = await server.CliAsync("instances", "token-cli", domain, "io.cozy.todos", "io.cozy.files");
            using var client = new CozyClient(server.Url, domain, token);
            var created = await client.JsonAsync(HttpMethod.Post, "/data/io.cozy.todos/", """{"title":"kept"}""", Cancellation);
            id = created.GetProperty("id").GetString()!;
            file = await client.UploadAsync("kept.txt", "kept"u8.ToArray(), Cancellation);
            await server.StopAsync();
        }

        await using (var server = await StartAsync(port, adminPort))
        {
            using var client = new CozyClient(server.Url, domain, token);
            var read = await client.JsonAsync(HttpMethod.Get, $"/data/io.cozy.todos/{id}", cancellationToken: Cancellation);
            Assert.Equal("kept", read.GetProperty("title").GetString());
            Assert.Equal("kept"u8.ToArray(), await client.DownloadAsync(file, Cancellation));
        }
    }

    [Fact]
    public async Task A_request_in_flight_is_finished_before_the_server_ends()
    {
        await using var server = await StartAsync(FreePort.Next(), FreePort.Next());
        var domain = $"bob.localhost:{server.Port}";
        await server.CliAsync("instances", "add", domain, "--passphrase", "x");
        var token = await server.CliAsync("instances", "token-cli", domain, "io.cozy.files");
        using var connection = await BeginUploadAsync(server.Port, domain, token);
        var stream = connection.GetStream();

        var stopping = server.StopAsync();
        await WaitUntilRefusedAsync(server.Port);
        await stream.WriteAsync("56789"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync(Cancellation);
        await stopping;

        Assert.Equal("HTTP/1.1 201 Created", status);
    }

    [Fact]
    public async Task A_request_that_does_not_end_holds_the_server_only_for_the_configured_time()
    {
        await using var server = await StartAsync(
            FreePort.Next(), FreePort.Next(), new() { ["COZY_Server__ShutdownTimeout"] = "00:00:01" });
        var domain = $"bob.localhost:{server.Port}";
        await server.CliAsync("instances", "add", domain, "--passphrase", "x");
        var token = await server.CliAsync("instances", "token-cli", domain, "io.cozy.files");
        using var connection = await BeginUploadAsync(server.Port, domain, token);

        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        Assert.True(server.HasExited);
    }

    private Task<CozyServer> StartAsync(int port, int adminPort, Dictionary<string, string>? environment = null) =>
        CozyServer.StartAsync(
            ["--data", _folder.Path, "--no-first-instance"], environment, port, adminPort, Cancellation);

    // Half of an upload of ten bytes; the answer 100 says that the server is reading it.
    private static async Task<TcpClient> BeginUploadAsync(int port, string domain, string token)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Cancellation);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"""
             POST /files/io.cozy.files.root-dir?Type=file&Name=slow.txt HTTP/1.1
             Host: {domain}
             Authorization: Bearer {token}
             Content-Type: text/plain
             Content-Length: 10
             Expect: 100-continue


             """).ReplaceLineEndings("\r\n");
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Cancellation);
        var answer = new byte[25];
        await stream.ReadExactlyAsync(answer, Cancellation);
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(answer));
        await stream.WriteAsync("01234"u8.ToArray(), Cancellation);
        return client;
    }

    private static async Task WaitUntilRefusedAsync(int port)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port, Cancellation);
            }
            catch (SocketException)
            {
                return;
            }

            await Task.Delay(10, Cancellation);
        }
    }
}
