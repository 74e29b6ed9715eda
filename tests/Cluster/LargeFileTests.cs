using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Cozy.Testing;
using Xunit;

namespace Cozy.Cluster.Tests;

/// <summary>A large file goes through the server in pieces: its memory does not grow with the file.</summary>
public sealed class LargeFileTests : IDisposable
{
    private const long Length = 200L << 20;
    private const long MaximumGrowth = 64L << 20;
    private readonly string _folder = Directory.CreateTempSubdirectory("cozy-large-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_large_file_is_the_same_after_a_restart_and_takes_little_memory()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        string[] arguments = ["--data", Path.Combine(_folder, "data"), "--no-first-instance"];
        var (domain, source) = ($"{Guid.NewGuid():N}.localhost", Path.Combine(_folder, "source.bin"));
        await MakeFileAsync(source, cancellationToken);

        string token, id;
        await using (var server = await CozyServer.StartAsync(arguments, cancellationToken: cancellationToken))
        {
            await server.CliAsync("instances", "add", domain, "--passphrase", "large");
            token = await server.CliAsync("instances", "token-cli", domain, "io.cozy.files");
            using var client = new CozyClient(server.Url, domain, token);

            // What every request needs once is not the file's.
            await client.DownloadAsync(await client.UploadAsync("small.bin", new byte[100_000], cancellationToken), cancellationToken);
            var before = PeakBytes(server.ProcessId);
            id = await UploadAsync(client, source, cancellationToken);
            Assert.Equal(await HashAsync(source, cancellationToken), await DownloadAndHashAsync(client, id, cancellationToken));
            Assert.InRange(PeakBytes(server.ProcessId) - before, 0, MaximumGrowth);
            await server.StopAsync();
        }

        await using var again = await CozyServer.StartAsync(arguments, cancellationToken: cancellationToken);
        using var reader = new CozyClient(again.Url, domain, token);
        Assert.Equal(await HashAsync(source, cancellationToken), await DownloadAndHashAsync(reader, id, cancellationToken));
        using var range = await reader.SendAsync(HttpMethod.Head, $"/files/download/{id}", null, cancellationToken);
        Assert.Equal((HttpStatusCode.OK, Length), (range.StatusCode, range.Content.Headers.ContentLength));
    }

    private static async Task MakeFileAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        var block = new byte[1 << 20];
        for (var written = 0L; written < Length; written += block.Length)
        {
            RandomNumberGenerator.Fill(block);
            await file.WriteAsync(block, cancellationToken);
        }
    }

    private static async Task<string> UploadAsync(CozyClient client, string path, CancellationToken cancellationToken)
    {
        using var content = new StreamContent(File.OpenRead(path));
        content.Headers.ContentType = new MediaTypeHeaderValue("video/mp4");
        using var response = await client.SendAsync(
            HttpMethod.Post, "/files/?Type=file&Name=holiday.mp4", content, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        using var json = System.Text.Json.JsonDocument.Parse(text);
        return json.RootElement.GetProperty("data").GetProperty("id").GetString()!;
    }

    private static async Task<string> DownloadAndHashAsync(CozyClient client, string id, CancellationToken cancellationToken)
    {
        using var response = await client.SendAsync(HttpMethod.Get, $"/files/download/{id}", null, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return Convert.ToHexString(await SHA256.HashDataAsync(body, cancellationToken));
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file, cancellationToken));
    }

    /// <summary>The most memory the process has ever had, as the kernel counts it.</summary>
    private static long PeakBytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status")
            .First(candidate => candidate.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
