using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Cluster.Tests;

/// <summary>A server that is killed again and again while people work must not lose what it acknowledged.</summary>
public sealed class CrashTests : IDisposable
{
    private const int Kills = 20;
    private const int Writers = 8;
    private const string Doctype = "io.cozy.crashes";

    private readonly string _folder = Directory.CreateTempSubdirectory("cozy-crash-").FullName;
    private readonly ConcurrentDictionary<string, string> _documents = [];
    private readonly ConcurrentDictionary<string, (string Name, string Md5)> _files = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_server_is_killed_again_and_again()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        int port = FreePort.Next(), adminPort = FreePort.Next();
        string[] arguments = ["--data", _folder, "--no-first-instance"];
        var domain = $"crash.localhost:{port}";
        string token;
        await using (var first = await CozyServer.StartAsync(arguments, null, port, adminPort, cancellationToken))
        {
            await first.CliAsync("instances", "add", domain, "--passphrase", "crash");
            token = await first.CliAsync("instances", "token-cli", domain, Doctype, "io.cozy.files");
        }

        using var client = new CozyClient(new Uri($"http://127.0.0.1:{port}"), domain, token);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await CozyServer.StartAsync(arguments, null, port, adminPort, cancellationToken);
            var before = _documents.Count + _files.Count;
            using var stop = new CancellationTokenSource();
            var writers = Enumerable.Range(0, Writers)
                .Select(writer => Task.Run(() => WriteUntilItDiesAsync(client, writer, stop.Token), cancellationToken))
                .ToList();

            // The server is killed in the middle of work, not at a moment that suits it.
            await WaitUntilAsync(() => _documents.Count + _files.Count > before + 20 + (kill * 3), cancellationToken);
            await server.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(writers);
        }

        await using var last = await CozyServer.StartAsync(arguments, null, port, adminPort, cancellationToken);
        Assert.DoesNotContain("Corrupt", last.Output, StringComparison.OrdinalIgnoreCase);
        await CheckDocumentsAsync(client, cancellationToken);
        await CheckFilesAsync(client, cancellationToken);
    }

    private static async Task WaitUntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition())
            await Task.Delay(5, cancellationToken);
    }

    /// <summary>Even writers make documents and update some of them, odd ones upload files.</summary>
    private async Task WriteUntilItDiesAsync(CozyClient client, int writer, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (writer % 2 == 0)
                    await WriteDocumentAsync(client);
                else
                    await UploadAsync(client);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException { StatusCode: null } or IOException or JsonException)
        {
            // The connection broke: what was not acknowledged may be there or not.
        }
    }

    private async Task WriteDocumentAsync(CozyClient client)
    {
        var text = Guid.NewGuid().ToString();
        var created = await client.JsonAsync(HttpMethod.Post, $"/data/{Doctype}/", $$"""{"text":"{{text}}"}""");
        var id = created.GetProperty("id").GetString()!;
        _documents[id] = text;

        var rev = created.GetProperty("rev").GetString();
        var updated = Guid.NewGuid().ToString();

        // From here on both texts are right until the answer comes.
        _documents[id] = $"{text}|{updated}";
        await client.JsonAsync(
            HttpMethod.Put, $"/data/{Doctype}/{id}", $$"""{"_id":"{{id}}","_rev":"{{rev}}","text":"{{updated}}"}""");
        _documents[id] = updated;
    }

    private async Task UploadAsync(CozyClient client)
    {
        var name = Guid.NewGuid().ToString("N");
        var bytes = RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(1, 300_000));
        var id = await client.UploadAsync(name, bytes);
        _files[id] = (name, Convert.ToBase64String(MD5.HashData(bytes)));
    }

    private async Task CheckDocumentsAsync(CozyClient client, CancellationToken cancellationToken)
    {
        Assert.NotEmpty(_documents);
        foreach (var (id, texts) in _documents)
        {
            var document = await client.JsonAsync(HttpMethod.Get, $"/data/{Doctype}/{id}", null, cancellationToken);
            Assert.Contains(document.GetProperty("text").GetString(), texts.Split('|'));
        }
    }

    /// <summary>Every acknowledged file is whole, and so is every other file that is listed.</summary>
    private async Task CheckFilesAsync(CozyClient client, CancellationToken cancellationToken)
    {
        Assert.NotEmpty(_files);
        foreach (var (id, (_, md5)) in _files)
            Assert.Equal(md5, Convert.ToBase64String(MD5.HashData(await client.DownloadAsync(id, cancellationToken))));

        var listed = await client.JsonAsync(
            HttpMethod.Get, "/files/io.cozy.files.root-dir?page[limit]=100000", null, cancellationToken);
        foreach (var file in listed.GetProperty("included").EnumerateArray())
        {
            var attributes = file.GetProperty("attributes");
            if (attributes.GetProperty("type").GetString() != "file")
                continue;
            var bytes = await client.DownloadAsync(file.GetProperty("id").GetString()!, cancellationToken);
            Assert.Equal(attributes.GetProperty("md5sum").GetString(), Convert.ToBase64String(MD5.HashData(bytes)));
        }

        // What a crash left open is settled: as many contents as files, and nothing in the middle of an upload.
        var contents = Directory.GetFiles(Path.Combine(_folder, "files"), "*", SearchOption.AllDirectories);
        Assert.DoesNotContain(contents, path => path.Contains("/uploads/", StringComparison.Ordinal));
        var missing = await client.SendAsync(HttpMethod.Get, "/files/download/does-not-exist", null, cancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }
}
