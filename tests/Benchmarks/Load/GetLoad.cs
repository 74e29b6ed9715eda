using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Cozy.Benchmarks.Load;

/// <summary>Reads one address again and again: with wrk where it is installed, else with HttpClient.</summary>
internal static partial class GetLoad
{
    private const int Connections = 32;
    private static readonly bool HasWrk = File.Exists("/usr/bin/wrk");

    public static Task<Measurement> RunAsync(
        HttpClient client, Uri address, IReadOnlyDictionary<string, string> headers, TimeSpan duration) =>
        HasWrk ? RunWrkAsync(address, headers, duration) : RunClientAsync(client, address, headers, duration);

    private static Task<Measurement> RunClientAsync(
        HttpClient client, Uri address, IReadOnlyDictionary<string, string> headers, TimeSpan duration) =>
        ClosedLoop.RunAsync(Connections, duration, async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var response = await client.SendAsync(request);
            response.EnsureSuccessStatusCode();
            await response.Content.ReadAsByteArrayAsync();
        });

    private static async Task<Measurement> RunWrkAsync(
        Uri address, IReadOnlyDictionary<string, string> headers, TimeSpan duration)
    {
        var start = new ProcessStartInfo("/usr/bin/wrk") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-t1", $"-c{Connections}", $"-d{(int)Math.Ceiling(duration.TotalSeconds)}s", "--latency"])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in headers)
        {
            start.ArgumentList.Add("-H");
            start.ArgumentList.Add($"{name}: {value}");
        }

        start.ArgumentList.Add(address.ToString());
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (output.Contains("Non-2xx", StringComparison.Ordinal))
            throw new InvalidOperationException($"The server refused requests:\n{output}");
        return new Measurement(
            double.Parse(RequestsPerSecond().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
            Milliseconds(Percentile50().Match(output)),
            Milliseconds(Percentile99().Match(output)));
    }

    private static double Milliseconds(Match match)
    {
        var value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch { "us" => value / 1000, "s" => value * 1000, _ => value };
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex RequestsPerSecond();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Percentile50();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Percentile99();
}
