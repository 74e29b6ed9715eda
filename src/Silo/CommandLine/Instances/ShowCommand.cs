using System.CommandLine;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances show</c>.</summary>
internal sealed class ShowCommand(ServerConnection server)
{
    private readonly Argument<string> _domain = InstancesCommand.Domain();

    public Command Create()
    {
        var command = new Command("show", "Show one instance.") { _domain };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var path = InstancesCommand.PathOf(parsed.GetRequiredValue(_domain));
        var answer = await client.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        if (server.WantsJson(parsed))
            Console.WriteLine(answer);
        else
            Console.Write(InstanceView.Parse(answer));
        return ExitCodes.Success;
    }
}
