using System.Text.Json;
using Cozy.Benchmarks.Load;
using Cozy.Benchmarks.Servers;

namespace Cozy.Benchmarks.Cases;

/// <summary>Download of a file of 10 MiB by 4 clients, against Kestrel sending the same file.</summary>
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

        var results = await ClosedLoop.AlternateAsync(
            options.Rounds,
            () => ClosedLoop.RunAsync(Clients, options.Duration, async _ =>
            {
                using var response = await environment.SendAsync(HttpMethod.Get, path);
                await response.Content.CopyToAsync(Stream.Null);
            }),
            () => ClosedLoop.RunAsync(Clients, options.Duration, async _ =>
            {
                using var response = await environment.Client.GetAsync(
                    new Uri(environment.Bare, "/file"), HttpCompletionOption.ResponseHeadersRead);
                await response.Content.CopyToAsync(Stream.Null);
            }));
        report.Add("download 10 MiB, 4 clients", results[0], 0.85, ("bare Kestrel", results[1]));
    }
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
