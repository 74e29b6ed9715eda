using System.Diagnostics;
using System.Globalization;
using Cozy.Benchmarks.Servers;

namespace Cozy.Benchmarks.Cases;

/// <summary>Memory of a server that has made its first instance and then rests.</summary>
internal sealed class IdleCase : BenchmarkCase
{
    /// <summary>The server gives memory back when it has had nothing to do for a while.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(45);

    public override string Name => "idle";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        int port = BenchmarkEnvironment.FreePort(), adminPort = BenchmarkEnvironment.FreePort();
        var server = environment.Start(
            "dotnet", BenchmarkEnvironment.SiloPath(), "serve", "--data", Path.Combine(environment.Folder, "idle"),
            "--urls", $"http://127.0.0.1:{port}", "--admin-urls", $"http://127.0.0.1:{adminPort}");
        await environment.WaitForAsync(new Uri($"http://127.0.0.1:{port}/version"));
        await Task.Delay(Rest);
        var line = (await File.ReadAllLinesAsync($"/proc/{server.Id}/status"))
            .First(candidate => candidate.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kilobytes = double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        report.Add("idle memory", "cozy", kilobytes / 1024, "MiB", "< 120");
        server.Kill();
        await server.WaitForExitAsync();
    }
}

/// <summary>
/// The first request to instances that are not active: a server that has just started, then the first document of one
/// instance after the other.
/// </summary>
internal sealed class ColdCase : BenchmarkCase
{
    private const int Instances = 40;

    public override string Name => "cold";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        int port = BenchmarkEnvironment.FreePort(), adminPort = BenchmarkEnvironment.FreePort();
        string url = $"http://127.0.0.1:{port}", adminUrl = $"http://127.0.0.1:{adminPort}";
        string[] serve =
        [
            BenchmarkEnvironment.SiloPath(), "serve", "--data", Path.Combine(environment.Folder, "cold"),
            "--urls", url, "--admin-urls", adminUrl, "--no-first-instance",
        ];

        var first = environment.Start("dotnet", serve);
        await environment.WaitForAsync(new Uri(url + "/version"));
        var tokens = new List<(string Domain, string Token)>();
        for (var i = 0; i < Instances; i++)
        {
            var domain = $"cold{i}.localhost:{port}";
            using var created = await environment.Client.PostAsync(new Uri($"{adminUrl}/instances?Domain={domain}"), null);
            created.EnsureSuccessStatusCode();
            using var token = await environment.Client.PostAsync(
                new Uri($"{adminUrl}/instances/token?Domain={domain}&Audience=cli&Scope=io.cozy.settings"), null);
            tokens.Add((domain, await token.Content.ReadAsStringAsync()));
        }

        first.Kill();
        await first.WaitForExitAsync();
        environment.Start("dotnet", serve);
        await environment.WaitForAsync(new Uri(url + "/version"));

        var latencies = new List<double>();
        foreach (var (domain, token) in tokens)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, $"{url}/data/io.cozy.settings/io.cozy.settings.instance");
            request.Headers.Host = domain;
            request.Headers.Authorization = new("Bearer", token);
            var started = Stopwatch.GetTimestamp();
            using var response = await environment.Client.SendAsync(request);
            response.EnsureSuccessStatusCode();
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        report.Add("first request to a cold instance, median", "cozy", Report.Median(latencies), "ms", "< 25");
        report.Add("first request after the start of the server", "cozy", latencies[0], "ms", "");
    }
}
