using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Cozy.Testing;

/// <summary>A real server process (<c>cozy serve</c>) on free ports; killed when disposed.</summary>
public sealed partial class CozyServer : IAsyncDisposable
{
    private const int Sigterm = 15;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly HttpClient _client = new();

    private CozyServer(Process process, int port, int adminPort)
    {
        _process = process;
        Port = port;
        AdminPort = adminPort;
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The port of the public API.</summary>
    public int Port { get; }

    /// <summary>The port of the admin API.</summary>
    public int AdminPort { get; }

    /// <summary>The address of the public API without an instance's name.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>The address of the admin API.</summary>
    public string AdminUrl => $"http://127.0.0.1:{AdminPort}";

    /// <summary>The server's process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What the server has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="arguments">What follows <c>serve --urls … --admin-urls …</c>.</param>
    /// <param name="environment">Environment variables to set.</param>
    /// <param name="port">The port of the public API; null for a free one.</param>
    /// <param name="adminPort">The port of the admin API; null for a free one.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<CozyServer> StartAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null,
        int? port = null, int? adminPort = null, CancellationToken cancellationToken = default)
    {
        var (own, ownAdmin) = (port ?? FreePort.Next(), adminPort ?? FreePort.Next());
        var process = CozyProgram.Start(
            [
                "serve", "--urls", $"http://127.0.0.1:{own}", "--admin-urls", $"http://127.0.0.1:{ownAdmin}",
                .. arguments,
            ],
            environment);
        var server = new CozyServer(process, own, ownAdmin);
        try
        {
            await server.WaitUntilReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command of the command line against this server and returns what it prints.</summary>
    /// <exception cref="InvalidOperationException">The command failed.</exception>
    public async Task<string> CliAsync(params string[] arguments)
    {
        var result = await CozyProgram.RunAsync([.. arguments, "--admin-url", AdminUrl]);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"cozy {string.Join(' ', arguments)}: {result.ExitCode} {result.Error}");
    }

    /// <summary>Ends the process at once, as a power failure would (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks the process to end (SIGTERM) and waits until it has.</summary>
    public async Task StopAsync()
    {
        if (Kill(_process.Id, Sigterm) != 0)
            throw new InvalidOperationException("The process cannot be signalled.");
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        _client.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    private void Append(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The server ended with {_process.ExitCode}:\n{Output}");
            try
            {
                using var response = await _client.GetAsync(new Uri(Url, "/version"), cancellationToken);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (clock.Elapsed < StartTimeout)
            {
            }

            if (clock.Elapsed > StartTimeout)
                throw new TimeoutException($"The server did not answer:\n{Output}");
            await Task.Delay(30, cancellationToken);
        }
    }
}
