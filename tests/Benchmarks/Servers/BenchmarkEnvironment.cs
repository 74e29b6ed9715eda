using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Cozy.Benchmarks.Servers;

/// <summary>The real server with one instance, and the bare server beside it; both end with this object.</summary>
internal sealed class BenchmarkEnvironment : IAsyncDisposable
{
    public const int FileBytes = 10 << 20;
    public const string Doctype = "io.cozy.benchmarks";

    /// <summary>The doctype of the cases on many documents.</summary>
    public const string ListDoctype = "io.cozy.benchmarks.lists";

    private readonly List<Process> _processes = [];
    private Process? _server;

    private BenchmarkEnvironment(string folder) => Folder = folder;

    /// <summary>A temporary folder on the disk that the server writes to.</summary>
    public string Folder { get; }

    /// <summary>Keeps connections for all workers, and reaches the instance by its Host header.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 });

    public Uri Cozy { get; private set; } = null!;

    public Uri Bare { get; private set; } = null!;

    /// <summary>The document that both sides serve: some 1 KiB.</summary>
    public byte[] Document { get; } = Encoding.UTF8.GetBytes(
        $$"""{"title":"A document of one KiB","text":"{{new string('x', 940)}}","done":false,"rank":42}""");

    public const string DocumentPath = $"/data/{Doctype}/benchmark";

    public const string CreatePath = $"/data/{Doctype}/";

    public byte[] File { get; } = RandomNumberGenerator.GetBytes(FileBytes);

    /// <summary>What every request to the instance carries.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    public string AdminUrl { get; private set; } = "";

    public static async Task<BenchmarkEnvironment> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("cozy-bench-").FullName;
        var environment = new BenchmarkEnvironment(folder);
        try
        {
            await environment.StartServersAsync();
            return environment;
        }
        catch
        {
            await environment.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a request to the instance and fails unless it succeeds.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body = null, string type = "application/json")
    {
        var content = body is null ? null : new ByteArrayContent(body);
        if (content is not null)
            content.Headers.ContentType = new(type);
        return SendAsync(method, path, content);
    }

    /// <summary>Sends a request to the instance and fails unless it succeeds.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri(Cozy, path)) { Content = content };
        foreach (var (name, value) in Headers)
            request.Headers.TryAddWithoutValidation(name, value);

        var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return response;
    }

    /// <summary>Runs the command line against the running server and returns what it prints.</summary>
    public async Task<string> CliAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[SiloPath(), .. arguments, "--admin-url", AdminUrl])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"cozy {string.Join(' ', arguments)} failed");
    }

    /// <summary>Starts another server process and waits until it answers.</summary>
    public Process Start(string program, params string[] arguments) => Start([], program, arguments);

    /// <summary>Starts another server process with variables of the environment.</summary>
    public Process Start((string Name, string Value)[] settings, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, WorkingDirectory = Folder };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        _processes.Add(process);
        return process;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static string SiloPath() => Environment.GetEnvironmentVariable("COZY_TEST_SILO") ?? Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../../../../src/Silo/bin/Release/net10.0/cozy.dll"));

    public async Task WaitForAsync(Uri address)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var response = await Client.GetAsync(address);
                return;
            }
            catch (HttpRequestException) when (attempt < 200)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>The resident memory of the server, in KiB.</summary>
    public long ServerMemory() => ServerStatus("VmRSS:");

    /// <summary>The most resident memory the server has had since <see cref="ForgetPeakMemory"/>, in KiB.</summary>
    public long PeakServerMemory() => ServerStatus("VmHWM:");

    /// <summary>Has the kernel start anew with the peak.</summary>
    public void ForgetPeakMemory() => System.IO.File.WriteAllText($"/proc/{_server!.Id}/clear_refs", "5");

    /// <summary>Ends the server and starts it again on the same data, with these variables of the environment.</summary>
    public async Task RestartAsync(params (string Name, string Value)[] settings)
    {
        _server!.Kill();
        await _server.WaitForExitAsync();
        await StartServerAsync(settings);
    }

    /// <summary>Adds a second instance with the same document, and returns what every request to it carries.</summary>
    public async Task<Dictionary<string, string>> AddNeighbourAsync()
    {
        var domain = $"neighbour.localhost:{Cozy.Port}";
        await CliAsync("instances", "add", domain, "--passphrase", "benchmark");
        var headers = new Dictionary<string, string>
        {
            ["Host"] = domain,
            ["Authorization"] = $"Bearer {await CliAsync("instances", "token-cli", domain, Doctype)}",
        };
        using var content = new ByteArrayContent(Document) { Headers = { ContentType = new("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(Cozy, DocumentPath)) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return headers;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Client.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private long ServerStatus(string name) => long.Parse(
        System.IO.File.ReadLines($"/proc/{_server!.Id}/status")
            .First(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    private async Task StartServerAsync(params (string Name, string Value)[] settings)
    {
        _server = Start(
            settings, "dotnet", SiloPath(), "serve", "--data", Path.Combine(Folder, "data"), "--urls", Cozy.ToString(),
            "--admin-urls", AdminUrl, "--no-first-instance");
        await WaitForAsync(new Uri(Cozy, "/version"));
    }

    private async Task StartServersAsync()
    {
        int port = FreePort(), adminPort = FreePort(), barePort = FreePort();
        Cozy = new Uri($"http://127.0.0.1:{port}");
        Bare = new Uri($"http://127.0.0.1:{barePort}");
        AdminUrl = $"http://127.0.0.1:{adminPort}";

        await StartServerAsync();

        var domain = $"bench.localhost:{port}";
        await CliAsync("instances", "add", domain, "--passphrase", "benchmark");
        Headers["Host"] = domain;
        Headers["Authorization"] = $"Bearer {await CliAsync("instances", "token-cli", domain, Doctype, ListDoctype, "io.cozy.files", "io.cozy.jobs")}";
        using (await SendAsync(HttpMethod.Put, DocumentPath, Document))
        {
        }

        using var shown = await SendAsync(HttpMethod.Get, DocumentPath);
        await System.IO.File.WriteAllBytesAsync(
            Path.Combine(Folder, "document.json"), await shown.Content.ReadAsByteArrayAsync());
        await System.IO.File.WriteAllBytesAsync(Path.Combine(Folder, "file.bin"), File);
        Start("dotnet", System.Reflection.Assembly.GetExecutingAssembly().Location, "bare", $"{barePort}", Folder);
        await WaitForAsync(new Uri(Bare, "/document"));
    }
}
