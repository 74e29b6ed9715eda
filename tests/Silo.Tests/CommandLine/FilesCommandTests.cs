using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.CommandLine;

/// <summary>The commands for files, against a real server whose folder is tampered with.</summary>
public sealed class FilesCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private CozyServer _server = null!;
    private CozyClient _client = null!;

    private string Domain => $"bob.localhost:{_server.Port}";

    public async ValueTask InitializeAsync()
    {
        _server = await CozyServer.StartAsync(
            ["--data", _folder.Path, "--no-first-instance"], cancellationToken: TestContext.Current.CancellationToken);
        await _server.CliAsync("instances", "add", Domain);
        _client = new CozyClient(_server.Url, Domain, await _server.CliAsync("instances", "token-cli", Domain, "io.cozy.files"));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_check_finds_what_is_missing_and_what_nobody_wants_and_cleans_the_latter()
    {
        var kept = await _client.UploadAsync("kept.txt", "kept"u8.ToArray(), TestContext.Current.CancellationToken);
        var lost = await _client.UploadAsync("lost.txt", "lost"u8.ToArray(), TestContext.Current.CancellationToken);
        var spoilt = await _client.UploadAsync("spoilt.txt", "spoilt"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("All is well.", await _server.CliAsync("files", "check", Domain));

        File.Delete(ContentOf(lost));
        var content = ContentOf(spoilt);
        await File.WriteAllTextAsync(content, "SPOILT", TestContext.Current.CancellationToken);
        var orphan = OrphanPath("0123456789abcdef0123456789abcdef~0123456789abcdef", content);
        await File.WriteAllTextAsync(orphan, "orphan", TestContext.Current.CancellationToken);

        Assert.Equal(["filesystem_missing " + lost, "index_missing 0123456789abcdef0123456789abcdef"], await CheckAsync());
        Assert.True(File.Exists(orphan));
        Assert.Equal(
            ["content_mismatch " + spoilt, "filesystem_missing " + lost, "index_missing 0123456789abcdef0123456789abcdef repaired"],
            await CheckAsync("--repair", "--read-contents"));
        Assert.False(File.Exists(orphan));
        Assert.Equal("kept"u8.ToArray(), await _client.DownloadAsync(kept, TestContext.Current.CancellationToken));
        Assert.Equal(["filesystem_missing " + lost], await CheckAsync());
        Assert.Empty(await CheckAsync("--index-integrity"));
    }

    [Fact]
    public async Task A_check_is_not_alarmed_by_uploads_under_way()
    {
        using var stop = new CancellationTokenSource();
        var uploads = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await _client.UploadAsync($"file {i}", Encoding.UTF8.GetBytes($"content {i}"), TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++)
            Assert.Empty(await CheckAsync("--repair"));
        await stop.CancelAsync();
        await uploads;
        Assert.Empty(await CheckAsync("--read-contents"));
    }

    [Fact]
    public async Task An_export_is_plain_folders()
    {
        await _client.UploadAsync("été.txt", "summer"u8.ToArray(), TestContext.Current.CancellationToken);
        await _client.UploadAsync("empty", [], TestContext.Current.CancellationToken);
        using (var made = await _client.SendAsync(HttpMethod.Post, "/files/?Type=directory&Path=/a/b&Recursive=true", cancellationToken: TestContext.Current.CancellationToken))
            made.EnsureSuccessStatusCode();
        var target = Path.Combine(_folder.Path, "export");
        Assert.Equal($"2 files are in {target}", await _server.CliAsync("files", "export", Domain, target));
        Assert.Equal("summer", await File.ReadAllTextAsync(Path.Combine(target, "été.txt"), TestContext.Current.CancellationToken));
        Assert.Empty(await File.ReadAllBytesAsync(Path.Combine(target, "empty"), TestContext.Current.CancellationToken));
        Assert.True(Directory.Exists(Path.Combine(target, "a", "b")));
        Assert.False(Directory.Exists(Path.Combine(target, ".cozy_trash")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _server.CliAsync("files", "export", Domain, target));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _server.CliAsync("files", "check", "nobody.localhost"));
    }

    private async Task<string[]> CheckAsync(params string[] options)
    {
        var result = await CozyProgram.RunAsync(["files", "check", Domain, "--json", "--admin-url", _server.AdminUrl, .. options]);
        Assert.Equal("", result.Error);
        return
        [
            .. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Select(anomaly => $"{anomaly.GetProperty("type")} {anomaly.GetProperty("id")}{(anomaly.TryGetProperty("repaired", out _) ? " repaired" : "")}")
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Where the store keeps a content of this name, beside another one's folders.</summary>
    private static string OrphanPath(string name, string otherContent)
    {
        var contents = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(otherContent)!, ".."));
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(name));
        return Path.Combine(Directory.CreateDirectory(Path.Combine(contents, $"{hash[0]:x2}")).FullName, name);
    }

    private string ContentOf(string fileId) =>
        Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "files"), $"{fileId}~*", SearchOption.AllDirectories));
}
