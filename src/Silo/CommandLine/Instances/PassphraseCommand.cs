using System.CommandLine;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances set-passphrase</c>.</summary>
internal sealed class PassphraseCommand(ServerConnection server)
{
    private readonly Argument<string> _domain = InstancesCommand.Domain();

    private readonly Argument<string> _passphrase = new("passphrase")
    {
        Description = "The new passphrase; - or nothing reads it from standard input, where other users of the machine cannot see it.",
        DefaultValueFactory = _ => "-",
    };

    public Command Create()
    {
        var command = new Command("set-passphrase", "Set the owner's passphrase and end all sessions.") { _domain, _passphrase };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var domain = parsed.GetRequiredValue(_domain);
        var passphrase = parsed.GetRequiredValue(_passphrase);
        if (passphrase == "-")
            passphrase = await Secrets.ReadNewAsync("Passphrase", cancellationToken);

        using var client = server.Connect(parsed);
        var form = new Dictionary<string, string> { ["Passphrase"] = passphrase };
        await client.SendAsync(HttpMethod.Put, $"{InstancesCommand.PathOf(domain)}/passphrase", form, cancellationToken);
        Console.WriteLine(server.WantsJson(parsed) ? "{}" : $"Set the passphrase of {domain}");
        return ExitCodes.Success;
    }
}
