using System.Formats.Tar;
using System.Text.Json;
using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.CommandLine;

/// <summary><c>cozy instances backup</c> and <c>restore</c>, from one server's folder into another's.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _other = new();
    private readonly int _port = FreePort.Next();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Domain => $"bob.localhost:{_port}";

    private string Archive => Path.Combine(_folder.Path, "bob.tar");

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task An_instance_moves_with_its_documents_files_and_passphrase()
    {
        string document, file;
        await using (var server = await StartAsync(_folder))
        {
            await server.CliAsync("instances", "add", Domain, "--passphrase", "correct horse");
            using var client = await ClientAsync(server);
            document = await CreateAsync(client, "before");
            file = await client.UploadAsync("a.bin", "the content"u8.ToArray(), Cancellation);
            Assert.StartsWith($"Wrote {Domain} to ", await server.CliAsync("instances", "backup", Domain, Archive), StringComparison.Ordinal);
            await CreateAsync(client, "after");
            Assert.Equal(5, (await CozyProgram.RunAsync(["instances", "backup", Domain, Archive, "--admin-url", server.AdminUrl], cancellationToken: Cancellation)).ExitCode);

            // Its folder is in use.
            Assert.NotEqual(0, (await RestoreAsync(_folder)).ExitCode);
        }

        var restored = await RestoreAsync(_other);
        Assert.True(restored.ExitCode == 0, restored.Error);
        Assert.StartsWith($"Restored {Domain} as of ", restored.Output, StringComparison.Ordinal);
        await using var again = await StartAsync(_other);
        using var reader = await ClientAsync(again);
        var read = await reader.JsonAsync(HttpMethod.Get, $"/data/io.cozy.todos/{document}", null, Cancellation);
        Assert.Equal("before", read.GetProperty("title").GetString());
        var all = await reader.JsonAsync(HttpMethod.Get, "/data/io.cozy.todos/_all_docs", null, Cancellation);
        Assert.Equal(1, all.GetProperty("total_rows").GetInt32());
        Assert.Equal("the content"u8.ToArray(), await reader.DownloadAsync(file, Cancellation));
    }

    [Fact]
    public async Task An_instance_that_exists_is_replaced_only_when_that_is_asked_for()
    {
        await using (var server = await StartAsync(_folder))
        {
            await server.CliAsync("instances", "add", Domain, "--passphrase", "x");
            using var client = await ClientAsync(server);
            await CreateAsync(client, "before");
            await server.CliAsync("instances", "backup", Domain, Archive);
            await CreateAsync(client, "after");
        }

        var refused = await RestoreAsync(_folder);
        Assert.Equal(5, refused.ExitCode);
        Assert.Contains("exists already", refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync());
        Assert.Equal(0, (await RestoreAsync(_folder, "--replace")).ExitCode);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task What_is_no_whole_backup_is_refused_and_leaves_nothing()
    {
        await using (var server = await StartAsync(_folder))
        {
            await server.CliAsync("instances", "add", Domain, "--passphrase", "x");
            await server.CliAsync("instances", "backup", Domain, Archive);
            Assert.Equal(4, (await CozyProgram.RunAsync(["instances", "backup", "ghost.localhost", Archive + "2", "--admin-url", server.AdminUrl], cancellationToken: Cancellation)).ExitCode);
        }

        var whole = await File.ReadAllBytesAsync(Archive, Cancellation);
        await File.WriteAllBytesAsync(Archive, whole[..(whole.Length / 2)], Cancellation);
        Assert.NotEqual(0, (await RestoreAsync(_other)).ExitCode);
        await File.WriteAllTextAsync(Archive, "no archive at all", Cancellation);
        Assert.NotEqual(0, (await RestoreAsync(_other)).ExitCode);

        await using (var output = File.Create(Archive))
        await using (var archive = new TarWriter(output))
        {
            await WriteAsync(archive, "manifest.json", JsonSerializer.Serialize(new
            {
                format = 1,
                instanceId = "cozy" + new string('0', 32),
                domain = "x.localhost",
                created = DateTimeOffset.UnixEpoch,
                hasFiles = true,
            }));
            await WriteAsync(archive, "files/content/aa/bb/../../../../../escaped~1", "x");
        }

        var escape = await RestoreAsync(_other);
        Assert.Equal(5, escape.ExitCode);
        Assert.False(Directory.Exists(Path.Combine(_other.Path, "files")) && Directory.EnumerateFileSystemEntries(Path.Combine(_other.Path, "files")).Any());
        Assert.Empty(Directory.EnumerateFiles(_other.Path, "escaped*", SearchOption.AllDirectories));
    }

    private static Task WriteAsync(TarWriter archive, string name, string text) => archive.WriteEntryAsync(
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)) }, Cancellation);

    private static async Task<string> CreateAsync(CozyClient client, string title)
    {
        var created = await client.JsonAsync(HttpMethod.Post, "/data/io.cozy.todos/", $$"""{"title":"{{title}}"}""", Cancellation);
        return created.GetProperty("id").GetString()!;
    }

    private async Task<int> CountAsync()
    {
        await using var server = await StartAsync(_folder);
        using var client = await ClientAsync(server);
        var all = await client.JsonAsync(HttpMethod.Get, "/data/io.cozy.todos/_all_docs", null, Cancellation);
        return all.GetProperty("total_rows").GetInt32();
    }

    private Task<CozyServer> StartAsync(TemporaryFolder folder) => CozyServer.StartAsync(
        ["--data", folder.Path, "--no-first-instance"], port: _port, cancellationToken: Cancellation);

    private async Task<CozyClient> ClientAsync(CozyServer server) => new(
        server.Url, Domain, await server.CliAsync("instances", "token-cli", Domain, "io.cozy.todos", "io.cozy.files"));

    private Task<ProgramResult> RestoreAsync(TemporaryFolder folder, params string[] options) => CozyProgram.RunAsync(
        ["instances", "restore", Archive, "--data", folder.Path, .. options], cancellationToken: Cancellation);
}
