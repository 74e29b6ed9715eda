using System.Text.Json;
using Cozy.Web.Tests.Apps;
using Xunit;

namespace Cozy.Web.Tests.Programs;

/// <summary>Programs that mean harm: each is contained, and its job says so.</summary>
public sealed class HostileProgramTests(TestServer server, AppArchives archives)
{
    private const string TooLong = "The job took too long.";

    [Theory]
    [InlineData("for (;;);", "The program used more processor time than it may.")]
    [InlineData("setInterval(() => {}, 1000); process.on('SIGTERM', () => {}); process.on('SIGXCPU', () => {}); process.on('SIGHUP', () => {})", TooLong)]
    [InlineData("setInterval(() => console.log(JSON.stringify({ type: 'info', message: 'x'.repeat(20000) })), 0)", "The program wrote more than it may.")]
    [InlineData("const fs = require('fs'); for (;;) fs.writeSync(2, 'no line at all'.repeat(1000))", "The program wrote more than it may.")]
    [InlineData("const fs = require('fs'); for (let i = 0; i < 2000; i++) fs.writeFileSync('/tmp/' + i, ''); setInterval(() => {}, 1000)", "The program made more files than it may.")]
    [InlineData("const all = []; for (;;) all.push(new Array(500000).fill(all.length))", "The program used more memory than it may.")]
    public async Task A_limit_ends_a_program(string code, string error)
    {
        var cozy = await server.CreateInstanceAsync();
        await Programs.InstallConnectorAsync(cozy, archives, code);
        Assert.Equal(("errored", error), await Programs.RunAsync(cozy, options: $$"""{"timeout":{{(error == TooLong ? 2 : 30)}},"max_exec_count":1}"""));
    }

    [Fact]
    public async Task A_program_that_forks_gets_no_further_than_its_share_and_others_run_meanwhile()
    {
        var (hostile, quiet) = (await server.CreateInstanceAsync(), await server.CreateInstanceAsync());
        var mark = Random.Shared.Next(1_000_000, 9_000_000);
        await Programs.InstallConnectorAsync(hostile, archives, $$"""
            const { spawn } = require('child_process');
            const fork = () => spawn('sh', ['-c', 'while :; do sleep {{mark}} & done'], { detached: true, stdio: 'ignore' }).on('error', () => {});
            setInterval(fork, 1);
            """);
        await Programs.InstallConnectorAsync(quiet, archives, "say('info', 'well')");
        var bomb = await Programs.StartAsync(hostile, options: """{"timeout":4,"max_exec_count":1}""");
        await UntilAsync(() => CountOf(mark) > 5);
        Assert.Equal(("done", ""), await Programs.RunAsync(quiet));
        Assert.InRange(CountOf(mark), 1, 100);
        Assert.Contains((await Programs.EndOfAsync(hostile, bomb)).Error, (string[])[TooLong, "The program used more processor time than it may."]);
        await UntilAsync(() => CountOf(mark) == 0);
    }

    [Fact]
    public async Task A_program_cannot_fill_a_disk()
    {
        var told = await Programs.AskAsync(await server.CreateInstanceAsync(), archives, """
            const fs = require('fs');
            const fill = path => { try { const fd = fs.openSync(path, 'w'); for (let i = 0; i < 4096; i++) fs.writeSync(fd, Buffer.alloc(65536)); return 'filled'; } catch (error) { return error.code; } };
            tell(['/tmp/x', '/dev/shm/x', '/dev/x', '/x', '/app/x', '/run/cozy/x', '/usr/x', '/run/x', '/etc/x', '/proc/x'].map(fill));
            """);
        // Whether the file or the folder is full first.
        Assert.Equal("""["ENOSPC","ENOSPC","EROFS","EROFS","EROFS","EROFS","EROFS","EROFS","EROFS","ENOENT"]""", told.GetRawText().Replace("EFBIG", "ENOSPC", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_sees_nothing_of_the_server_or_of_others()
    {
        var data = Path.GetDirectoryName(server.FilesFolder)!;
        var told = await Programs.AskAsync(await server.CreateInstanceAsync(), archives, $$"""
            const fs = require('fs');
            const cp = require('child_process');
            const read = path => { try { return fs.statSync(path).isDirectory() ? fs.readdirSync(path) : fs.readFileSync(path, 'utf8'); } catch (error) { return error.code; } };
            const outside = ['{{data}}', '/etc/shadow', '/root', '/home', '/var', '/sys', '/proc/{{Environment.ProcessId}}/environ', '/proc/1/root/root'];
            tell({
              files: outside.map(read),
              users: read('/etc/passwd'),
              processes: fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).length,
              secret: Object.keys(process.env).concat(read('/proc/1/environ').split('\0').map(one => one.split('=')[0])).filter(name => /PATH_OF_SECRETS|^COZY_TEST|DOTNET/.test(name)),
              id: [process.getuid(), process.getgid()],
              become: cp.spawnSync('setpriv', ['--reuid', '0', 'true']).status !== 0,
              mount: cp.spawnSync('mount', ['-t', 'tmpfs', 'x', '/tmp']).status !== 0,
              nested: cp.spawnSync('unshare', ['-Ur', 'true']).status !== 0
            });
            """);
        Assert.All(told.GetProperty("files").EnumerateArray(), one => Assert.Contains(one.GetString(), (string[])["ENOENT", "EACCES"]));
        Assert.Equal("root:x:0:0::/:/bin/false\nprogram:x:1000:1000::/tmp:/bin/false\n", told.GetProperty("users").GetString());
        Assert.InRange(told.GetProperty("processes").GetInt32(), 1, 3);
        Assert.Equal("[]", told.GetProperty("secret").GetRawText());
        Assert.Equal("[1000,1000]", told.GetProperty("id").GetRawText());
        Assert.All((string[])["become", "mount", "nested"], name => Assert.True(told.GetProperty(name).GetBoolean(), name));
    }

    [Fact]
    public async Task A_program_reaches_no_address_of_the_servers_network_nor_another_instance_by_name()
    {
        var other = await server.CreateInstanceAsync();
        var cozy = await server.CreateInstanceAsync();
        var told = await Programs.AskAsync(cozy, archives, $$"""
            const net = require('net');
            const ask = address => fetch(address).then(answer => answer.status, error => 'refused');
            const raw = path => new Promise(end => net.connect(path).on('connect', () => end('connected')).on('error', error => end(error.code)));
            // What is written by hand to the socket itself is judged by the server alike.
            const own = new URL(process.env.COZY_URL).hostname;
            const direct = (line, host) => new Promise(end => {
              let got = '';
              net.connect('/run/cozy/net.sock').on('data', data => got += data).on('close', () => end(got.split('\r\n')[0])).on('error', () => end(''))
                .write(`${line}\nGET /data/io.cozy.todos/_all_docs HTTP/1.1\r\nhost: ${host}\r\nx-forwarded-host: ${host}\r\nconnection: close\r\nauthorization: Bearer ${process.env.COZY_CREDENTIALS}\r\n\r\n`);
            });
            (async () => tell([
              await ask('{{server.Address}}'), await ask('http://169.254.169.254/'), await ask('http://[::1]:{{server.Address.Port}}/'),
              await raw('/run/docker.sock'), await direct('127.0.0.1 {{server.Address.Port}}', '{{other.Instance.Domain}}'),
              await direct(`${own} 80`, '{{other.Instance.Domain}}'), await direct('x'.repeat(5000), own), await direct(`${own} 99999`, own)
            ]))();
            """);
        Assert.Equal(
            // The forged host is its own instance after all, whose database is not there yet.
            """["refused","refused","refused","ENOENT","","HTTP/1.1 404 Not Found","",""]""", told.GetRawText());
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    /// <summary>How many processes of this machine have the mark in their command line.</summary>
    private static int CountOf(int mark) => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return char.IsDigit(Path.GetFileName(folder)[0])
                && File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0') is ["sleep", var time, ..] && time == $"{mark}";
        }
        catch (IOException)
        {
            return false;
        }
    });
}
