using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cozy.Benchmarks.Load;

/// <summary>Sends one request again and again: with wrk where it is installed, else with HttpClient.</summary>
internal static partial class RequestLoad
{
    /// <summary>Whether wrk is installed.</summary>
    public static readonly bool HasWrk = File.Exists("/usr/bin/wrk");

    private const int Connections = 32;

    /// <summary>Reads the address.</summary>
    public static Task<Measurement> GetAsync(
        HttpClient client, Uri address, IReadOnlyDictionary<string, string> headers, TimeSpan duration) =>
        RunAsync(client, address, headers, null, duration);

    /// <summary>Posts a JSON body to the address; it must not contain <c>]]</c>.</summary>
    public static Task<Measurement> PostAsync(
        HttpClient client, Uri address, IReadOnlyDictionary<string, string> headers, string body, TimeSpan duration) =>
        RunAsync(client, address, headers, body, duration);

    /// <summary>
    /// Uploads small files to folders in turn, each under a new name. Needs wrk: a client in this process would take a fifth of the
    /// machine from the server.
    /// </summary>
    /// <param name="address">The server.</param>
    /// <param name="headers">What every request carries.</param>
    /// <param name="folders">Ids of folders without files.</param>
    /// <param name="filesInFolder">How many go into a folder before the next is taken.</param>
    /// <param name="bytes">The size of a file.</param>
    /// <param name="connections">How many uploads are under way at once.</param>
    /// <param name="duration">For how long uploads are started.</param>
    public static async Task<Measurement> UploadAsync(
        Uri address, IReadOnlyDictionary<string, string> headers, IReadOnlyList<string> folders, int filesInFolder, int bytes, int connections,
        TimeSpan duration)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                script,
                $$"""
                local folders = { "{{string.Join("\", \"", folders)}}" }
                local sent = 0
                wrk.method = "POST"
                wrk.body = string.rep("x", {{bytes}})
                wrk.headers["Content-Type"] = "application/octet-stream"
                function request()
                  sent = sent + 1
                  local folder = folders[math.floor(sent / {{filesInFolder}}) % #folders + 1]
                  return wrk.format(nil, "/files/" .. folder .. "?Type=file&Name=f" .. sent)
                end
                """);
            return await RunWrkAsync(address, headers, connections, ["-s", script], duration);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static Task<Measurement> RunAsync(
        HttpClient client, Uri address, IReadOnlyDictionary<string, string> headers, string? body, TimeSpan duration) =>
        HasWrk ? RunWrkAsync(address, headers, body, duration) : RunClientAsync(client, address, headers, body, duration);

    private static Task<Measurement> RunClientAsync(
        HttpClient client, Uri address, IReadOnlyDictionary<string, string> headers, string? body, TimeSpan duration) =>
        ClosedLoop.RunAsync(Connections, duration, async _ =>
        {
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, address);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var response = await client.SendAsync(request);
            response.EnsureSuccessStatusCode();
            await response.Content.ReadAsByteArrayAsync();
        });

    private static async Task<Measurement> RunWrkAsync(
        Uri address, IReadOnlyDictionary<string, string> headers, string? body, TimeSpan duration)
    {
        var script = Path.GetTempFileName();
        try
        {
            if (body is not null)
            {
                await File.WriteAllTextAsync(
                    script,
                    $"""wrk.method = "POST"; wrk.body = [[{body}]]; wrk.headers["Content-Type"] = "application/json" """);
            }

            return await RunWrkAsync(address, headers, Connections, body is null ? [] : ["-s", script], duration);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static async Task<Measurement> RunWrkAsync(
        Uri address, IReadOnlyDictionary<string, string> headers, int connections, string[] more, TimeSpan duration)
    {
        var start = new ProcessStartInfo("/usr/bin/wrk") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-t1", $"-c{connections}", $"-d{(int)Math.Ceiling(duration.TotalSeconds)}s", "--latency", .. more])
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
