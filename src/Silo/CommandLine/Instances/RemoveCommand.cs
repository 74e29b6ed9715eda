using System.CommandLine;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances rm</c>.</summary>
internal sealed class RemoveCommand(ServerConnection server)
{
    private readonly Argument<string> _domain = InstancesCommand.Domain();

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Destroy it without asking.",
    };

    public Command Create()
    {
        var command = new Command("rm", "Destroy an instance with all its documents and files. There is no way back.")
        {
            _domain,
            _force,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var domain = parsed.GetRequiredValue(_domain);
        if (!parsed.GetValue(_force) && !Confirms(domain))
            throw new CommandException(ExitCodes.Usage, "Nothing was destroyed. Use --force, or type the domain when asked.");

        using var client = server.Connect(parsed);
        await client.SendAsync(HttpMethod.Delete, InstancesCommand.PathOf(domain), null, cancellationToken);
        if (server.WantsJson(parsed))
            Console.WriteLine("{}");
        else
            Console.WriteLine($"Destroyed {domain}");
        return ExitCodes.Success;
    }

    private static bool Confirms(string domain)
    {
        if (Console.IsInputRedirected)
            return false;

        Console.Error.Write($"All documents and files of {domain} will be lost. Type the domain to go on: ");
        return Console.ReadLine()?.Trim() == domain;
    }
}
