using System.CommandLine;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances add</c>.</summary>
internal sealed class AddCommand(ServerConnection server)
{
    private readonly Argument<string> _domain = InstancesCommand.Domain();
    private readonly InstanceOptions _options = new();

    private readonly Option<string> _passphrase = new("--passphrase")
    {
        Description = "The owner's passphrase; - reads it from standard input, where other users of the machine cannot see "
            + "it. Without this option the owner chooses one by the link that is printed.",
        HelpName = "passphrase",
    };

    private readonly Option<string> _apps = new("--apps")
    {
        Description = "Apps to install, separated by commas.",
        HelpName = "a,b",
    };

    public Command Create()
    {
        var command = new Command("add", "Create an instance.") { _domain, _passphrase };
        _options.AddTo(command);
        command.Options.Add(_apps);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var parameters = _options.Read(parsed);
        parameters["Domain"] = parsed.GetRequiredValue(_domain);
        if (parsed.GetValue(_apps) is { } apps)
            parameters["Apps"] = apps;
        if (parsed.GetValue(_passphrase) is { } passphrase)
        {
            parameters["Passphrase"] = passphrase == "-"
                ? await Secrets.ReadNewAsync("Passphrase", cancellationToken)
                : passphrase;
        }

        using var client = server.Connect(parsed);
        var answer = await client.SendAsync(HttpMethod.Post, "instances", parameters, cancellationToken);
        if (server.WantsJson(parsed))
        {
            Console.WriteLine(answer);
            return ExitCodes.Success;
        }

        var instance = InstanceView.Parse(answer);
        Console.WriteLine($"Created {instance.Domain}");
        Console.WriteLine(instance.RegisterLink is { } link
            ? $"Open {link} to choose the passphrase"
            : $"Open {instance.Address} to log in");
        return ExitCodes.Success;
    }
}
