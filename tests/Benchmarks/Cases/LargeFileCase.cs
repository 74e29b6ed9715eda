using System.Diagnostics;
using System.Text.Json;
using Cozy.Benchmarks.Servers;

namespace Cozy.Benchmarks.Cases;

/// <summary>
/// A file of 1 GiB: downloaded, against Kestrel and nginx sending the same file; uploaded, against <c>md5sum</c> and <c>cp</c> of
/// the file, the slower of which bounds what hashes and writes; and the memory of 20 such transfers at once.
/// </summary>
internal sealed class LargeFileCase : BenchmarkCase
{
    private const int Blocks = 1024;
    private const int Downloads = 10;
    private const int Uploads = 10;
    private const int MaximumRounds = 5;

    public override string Name => "large-file";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var rounds = Math.Min(options.Rounds, MaximumRounds);
        var source = Path.Combine(environment.Folder, "large.bin");
        await using (var file = File.Create(source))
        {
            for (var block = 0; block < Blocks; block++)
                await file.WriteAsync(environment.File.AsMemory(block % 9 << 20, 1 << 20));
        }

        var id = await MeasureUploadAsync(environment, source, rounds, report);
        await MeasureDownloadAsync(environment, $"/files/download/{id}", rounds, report);
        await MeasureMemoryAsync(environment, source, $"/files/download/{id}", report);
    }

    private static async Task<string> MeasureUploadAsync(BenchmarkEnvironment environment, string source, int rounds, Report report)
    {
        var (own, hashed, copied, id) = (new List<Measurement>(), new List<Measurement>(), new List<Measurement>(), "");
        var copy = source + ".copy";
        for (var round = 0; round <= rounds; round++)
        {
            if (id.Length > 0)
                await DestroyAsync(environment, id);
            var upload = await TimeAsync(async () => id = await UploadAsync(environment, source));
            var hash = await TimeAsync(() => RunAsync("md5sum", source));
            var plain = await TimeAsync(() => RunAsync("cp", source, copy));
            File.Delete(copy);
            if (round == 0)
                continue;
            own.Add(upload);
            hashed.Add(hash);
            copied.Add(plain);
        }

        var md5IsSlower = Report.Median(hashed.Select(one => one.PerSecond)) < Report.Median(copied.Select(one => one.PerSecond));
        (string, IReadOnlyList<Measurement>)[] baselines = [("md5sum", hashed), ("cp", copied)];
        report.Add("upload 1 GiB, durable, MiB", own, 0.6, md5IsSlower ? baselines : [baselines[1], baselines[0]]);
        return id;
    }

    private static async Task MeasureDownloadAsync(BenchmarkEnvironment environment, string path, int rounds, Report report)
    {
        var nginx = await NginxServer.StartAsync(environment);
        var sides = new List<(string Name, Func<Task> Download)>
        {
            ("cozy", () => DownloadAsync(environment, path)),
            ("bare Kestrel", () => DownloadAsync(environment, new Uri(environment.Bare, "/file?name=large.bin"))),
        };
        if (nginx is not null)
            sides.Add(("nginx, sendfile", () => DownloadAsync(environment, new Uri(nginx, "large.bin"))));

        var results = sides.ConvertAll(_ => new List<Measurement>());
        for (var round = -1; round < rounds; round++)
        {
            for (var side = 0; side < sides.Count; side++)
            {
                var measured = await TimeAsync(sides[side].Download);
                if (round >= 0)
                    results[side].Add(measured);
            }
        }

        report.Add("download 1 GiB, MiB", results[0], 0.9, [.. sides.Skip(1).Select((side, i) => (side.Name, (IReadOnlyList<Measurement>)results[i + 1]))]);
    }

    /// <summary>The most memory the server has at a time during the transfers, above what it has before.</summary>
    private static async Task MeasureMemoryAsync(BenchmarkEnvironment environment, string source, string path, Report report)
    {
        var before = environment.ServerMemory();
        environment.ForgetPeakMemory();
        await Task.WhenAll(
            Enumerable.Range(0, Downloads).Select(_ => DownloadAsync(environment, path))
                .Concat(Enumerable.Range(0, Uploads).Select(async _ => await UploadAsync(environment, source))));
        report.Add(
            $"{Downloads + Uploads} transfers of 1 GiB at once: memory above idle", "cozy",
            (environment.PeakServerMemory() - before) / 1024.0, "MiB", "<= 150");
    }

    private static async Task<string> UploadAsync(BenchmarkEnvironment environment, string source)
    {
        using var content = new StreamContent(new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, 1, useAsync: false), 1 << 18);
        content.Headers.ContentType = new("application/octet-stream");
        using var response = await environment.SendAsync(HttpMethod.Post, $"/files/?Type=file&Name={Guid.NewGuid():N}", content);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("data").GetProperty("id").GetString()!;
    }

    private static async Task DownloadAsync(BenchmarkEnvironment environment, string path)
    {
        using var response = await environment.SendAsync(HttpMethod.Get, path);
        await response.Content.CopyToAsync(Stream.Null);
    }

    private static async Task DownloadAsync(BenchmarkEnvironment environment, Uri address)
    {
        using var response = await environment.Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await response.Content.CopyToAsync(Stream.Null);
    }

    private static async Task DestroyAsync(BenchmarkEnvironment environment, string id)
    {
        using (await environment.SendAsync(HttpMethod.Delete, $"/files/{id}"))
        {
        }

        using (await environment.SendAsync(HttpMethod.Delete, $"/files/trash/{id}"))
        {
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed");
    }

    private static async Task<Measurement> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        var elapsed = Stopwatch.GetElapsedTime(started);
        return new Measurement(Blocks / elapsed.TotalSeconds, elapsed.TotalMilliseconds, elapsed.TotalMilliseconds);
    }
}
