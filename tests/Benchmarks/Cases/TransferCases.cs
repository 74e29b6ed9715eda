using System.Text.Json;
using Cozy.Benchmarks.Load;
using Cozy.Benchmarks.Servers;

namespace Cozy.Benchmarks.Cases;

/// <summary>Download of a file of 10 MiB by 4 clients, against Kestrel and nginx sending the same file.</summary>
internal sealed class DownloadCase : BenchmarkCase
{
    private const int Clients = 4;

    public override string Name => "download";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        using var uploaded = await environment.SendAsync(
            HttpMethod.Post, "/files/?Type=file&Name=download.bin", environment.File, "application/octet-stream");
        using var json = JsonDocument.Parse(await uploaded.Content.ReadAsStringAsync());
        var path = "/files/download/" + json.RootElement.GetProperty("data").GetProperty("id").GetString();

        var nginx = await NginxServer.StartAsync(environment);
        var sides = new List<Func<Task<Measurement>>>
        {
            () => ClosedLoop.RunAsync(Clients, options.Duration, async _ =>
            {
                using var response = await environment.SendAsync(HttpMethod.Get, path);
                await response.Content.CopyToAsync(Stream.Null);
            }),
            () => DownloadAsync(environment, options, new Uri(environment.Bare, "/file")),
        };
        if (nginx is not null)
            sides.Add(() => DownloadAsync(environment, options, new Uri(nginx, "file.bin")));

        var results = await ClosedLoop.AlternateAsync(options.Rounds, [.. sides]);
        (string, IReadOnlyList<Measurement>)[] baselines = [("bare Kestrel", results[1])];
        report.Add(
            "download 10 MiB, 4 clients", results[0], 0.9, nginx is null ? baselines : [.. baselines, ("nginx, sendfile", results[2])]);
    }

    private static Task<Measurement> DownloadAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Uri address) =>
        ClosedLoop.RunAsync(Clients, options.Duration, async _ =>
        {
            using var response = await environment.Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
            await response.Content.CopyToAsync(Stream.Null);
        });
}

/// <summary>Upload of files of 10 MiB by 4 clients, against Kestrel streaming the body to a file and flushing it to the disk.</summary>
internal sealed class UploadCase : BenchmarkCase
{
    private const int Clients = 4;

    public override string Name => "upload";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var results = await ClosedLoop.AlternateAsync(
            options.Rounds,
            () => ClosedLoop.RunAsync(Clients, options.Duration, async _ =>
            {
                using var response = await environment.SendAsync(
                    HttpMethod.Post, $"/files/?Type=file&Name={Guid.NewGuid():N}", environment.File, "application/octet-stream");
                await response.Content.ReadAsByteArrayAsync();
            }),
            () => ClosedLoop.RunAsync(Clients, options.Duration, async _ =>
            {
                using var response = await environment.Client.PostAsync(
                    new Uri(environment.Bare, "/file"), new ByteArrayContent(environment.File));
                response.EnsureSuccessStatusCode();
            }));
        report.Add("upload 10 MiB, 4 clients", results[0], 0.6, ("bare Kestrel, fsync", results[1]));
    }
}
