using System.CommandLine;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances auth-mode</c>.</summary>
internal sealed class AuthModeCommand(ServerConnection server)
{
    private readonly Argument<string> _domain = InstancesCommand.Domain();

    private readonly Argument<string> _mode = new("mode")
    {
        Description = "basic: the passphrase alone, also for an owner who lost the authenticator app; two_factor_mail: a code by mail besides.",
    };

    public Command Create()
    {
        _mode.AcceptOnlyFromAmong("basic", "two_factor_mail");
        var command = new Command("auth-mode", "Set how the owner logs in.") { _domain, _mode };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var domain = parsed.GetRequiredValue(_domain);
        var mode = parsed.GetRequiredValue(_mode);
        using var client = server.Connect(parsed);
        var form = new Dictionary<string, string> { ["auth_mode"] = mode };
        var answer = await client.SendAsync(HttpMethod.Post, $"{InstancesCommand.PathOf(domain)}/auth-mode", form, cancellationToken);
        Console.WriteLine(
            server.WantsJson(parsed) ? "{}"
            : answer.Length > 0 ? $"{domain} had the mode {mode} already"
            : $"{domain} now has the mode {mode}");
        return ExitCodes.Success;
    }
}
