using System.Diagnostics;
using System.Security.Cryptography;
using Cozy.Grains.Instances;
using Xunit;

namespace Cozy.Web.Tests.Dav;

/// <summary>WebDAV through programs that others wrote: the protocol's test suite, and one that keeps folders alike.</summary>
public sealed class DavClientTests(TestServer server) : IDisposable
{
    private const string Litmus = "/usr/bin/litmus";
    private const string Rclone = "/usr/bin/rclone";

    private const int Files = 2000;

    private readonly string _folder = Directory.CreateTempSubdirectory("cozy-dav-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Litmus_passes_all_its_suites_with_an_app_password()
    {
        Assert.SkipUnless(File.Exists(Litmus), "litmus is not installed");
        var (address, password) = await OpenAsync("127.0.0.1");
        var (code, output) = await RunAsync(Litmus, [], "-k", $"{address}/dav/files/", "me", password);
        Assert.True(code == 0, output);
        foreach (var suite in new[] { "basic", "copymove", "props", "locks", "http" })
            Assert.Matches($"summary for `{suite}': of \\d+ tests run: \\d+ passed, 0 failed. 100.0%", output);
    }

    [Fact]
    public async Task Rclone_syncs_both_ways_and_finds_no_difference()
    {
        Assert.SkipUnless(File.Exists(Rclone), "rclone is not installed");
        var (address, password) = await OpenAsync("localhost");
        var (_, obscured) = await RunAsync(Rclone, [], "obscure", password);
        (string, string)[] remote =
        [
            ("RCLONE_CONFIG", Path.Combine(_folder, "none")), ("RCLONE_CONFIG_COZY_TYPE", "webdav"),
            ("RCLONE_CONFIG_COZY_URL", $"{address}/dav/files"), ("RCLONE_CONFIG_COZY_VENDOR", "owncloud"),
            ("RCLONE_CONFIG_COZY_USER", "me"), ("RCLONE_CONFIG_COZY_PASS", obscured.Trim()),
            ("RCLONE_TRANSFERS", "16"), ("RCLONE_CHECKERS", "16"),
        ];
        var (source, back) = (Path.Combine(_folder, "source"), Path.Combine(_folder, "back"));
        for (var i = 0; i < Files; i++)
        {
            var path = Path.Combine(source, $"d{i % 7}", $"é {i % 3}", $"file #{i} ñ%.bin");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, RandomNumberGenerator.GetBytes(i % 100 * 37), TestContext.Current.CancellationToken);
        }

        foreach (var arguments in new string[][] { ["sync", source, "cozy:sync"], ["check", source, "cozy:sync"], ["sync", "cozy:sync", back], ["check", back, "cozy:sync"] })
        {
            var (code, output) = await RunAsync(Rclone, remote, arguments);
            Assert.True(code == 0, output);
        }

        Assert.Equal(Files, Directory.GetFiles(back, "*", SearchOption.AllDirectories).Length);
    }

    /// <summary>An instance whose name is the server's address, since these programs set no other, and an app password.</summary>
    private async Task<(string Address, string Password)> OpenAsync(string host)
    {
        var domain = $"{host}:{server.Address.Port}";
        var cozy = await server.CreateInstanceAsync(request => request with { Domain = domain });
        return ($"http://{domain}", await DavTests.MakePasswordAsync(cozy));
    }

    private static async Task<(int Code, string Output)> RunAsync(
        string program, (string Name, string Value)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }
}
