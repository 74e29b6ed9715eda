using System.CommandLine;
using System.Text.Json;

namespace Cozy.Silo.CommandLine.Apps;

/// <summary><c>cozy apps sweep</c>: what the server does by itself once a day, now.</summary>
internal sealed class SweepCommand(ServerConnection server)
{
    public Command Create()
    {
        var command = new Command(
            "sweep", "Look through all instances for apps that have a newer version, and remove packages nobody uses any longer.");
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var answer = await client.SendAsync(HttpMethod.Post, "apps/sweep", null, cancellationToken);
        if (server.WantsJson(parsed))
        {
            Console.WriteLine(answer);
            return ExitCodes.Success;
        }

        using var report = JsonDocument.Parse(answer);
        int Number(string name) => report.RootElement.GetProperty(name).GetInt32();
        Console.WriteLine(
            $"Looked at {Number("instances")} instances, removed {Number("removed_packages")} packages, "
            + $"could not look at {Number("unreachable")}");
        return ExitCodes.Success;
    }
}
