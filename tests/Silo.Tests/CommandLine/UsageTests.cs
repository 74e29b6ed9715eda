using Cozy.Testing;
using Xunit;

namespace Cozy.Silo.Tests.CommandLine;

/// <summary>What the program says when no server is involved.</summary>
public sealed class UsageTests
{
    private static readonly string[] Unreachable = ["--admin-url", "http://127.0.0.1:1"];

    [Theory]
    [InlineData("", "serve", "instances", "status", "--data")]
    [InlineData("serve", "--data", "--urls", "--admin-urls", "--no-first-instance")]
    [InlineData("status", "--json", "--admin-url", "COZY_ADMIN_PASSPHRASE")]
    [InlineData("version", "--json")]
    [InlineData("instances", "add", "ls", "show", "modify", "rm", "token-cli")]
    [InlineData("instances add", "<domain>", "--passphrase", "--email", "--public-name", "--locale", "--tz", "--disk-quota", "--apps")]
    [InlineData("instances ls", "--json")]
    [InlineData("instances show", "<domain>")]
    [InlineData("instances modify", "<domain>", "--blocked", "--blocking-reason", "--disk-quota")]
    [InlineData("instances rm", "<domain>", "--force")]
    [InlineData("instances token-cli", "<domain>", "<scope>", "--expire")]
    [InlineData("config passwd", "<file>")]
    [InlineData("couchdb serve", "--data", "--urls", "--admin")]
    public async Task Every_command_explains_itself(string command, params string[] words)
    {
        var result = await RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, result.ExitCode);
        foreach (var word in words)
            Assert.Contains(word, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("instances bogus")]
    [InlineData("instances rm")]
    [InlineData("instances token-cli bob.localhost")]
    [InlineData("instances add bob.localhost --disk-quota lots")]
    [InlineData("instances ls --admin-url ftp://somewhere")]
    [InlineData("instances modify bob.localhost")]
    [InlineData("instances rm bob.localhost")]
    [InlineData("couchdb serve")]
    public async Task A_wrong_command_line_is_one_line_and_exit_code_2(string command)
    {
        var result = await RunAsync(command.Split(' '));

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("cozy: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Error);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("instances ls")]
    [InlineData("instances show bob.localhost")]
    [InlineData("instances add bob.localhost")]
    public async Task An_absent_server_is_exit_code_3(string command)
    {
        var result = await RunAsync([.. command.Split(' '), .. Unreachable]);

        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("cozy: Cannot reach the server at http://127.0.0.1:1/", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_needs_no_server()
    {
        var result = await RunAsync(["version"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Matches("^cozy [0-9]+\\.[0-9]+\\.[0-9]+", result.Output);
    }

    private static Task<ProgramResult> RunAsync(IEnumerable<string> arguments) =>
        CozyProgram.RunAsync(arguments, input: "", cancellationToken: TestContext.Current.CancellationToken);
}
