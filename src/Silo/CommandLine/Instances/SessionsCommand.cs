using System.CommandLine;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances clean-sessions</c>.</summary>
internal sealed class SessionsCommand(ServerConnection server)
{
    private readonly Argument<string> _domain = InstancesCommand.Domain();

    public Command Create()
    {
        var command = new Command("clean-sessions", "Log the owner out everywhere.") { _domain };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var domain = parsed.GetRequiredValue(_domain);
        using var client = server.Connect(parsed);
        await client.SendAsync(HttpMethod.Delete, $"{InstancesCommand.PathOf(domain)}/sessions", null, cancellationToken);
        Console.WriteLine(server.WantsJson(parsed) ? "{}" : $"Ended all sessions of {domain}");
        return ExitCodes.Success;
    }
}
