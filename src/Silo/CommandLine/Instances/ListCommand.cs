using System.CommandLine;
using System.Text.Json;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances ls</c>.</summary>
internal sealed class ListCommand(ServerConnection server)
{
    public Command Create()
    {
        var command = new Command("ls", "List the instances.");
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var answer = await client.SendAsync(HttpMethod.Get, "instances", null, cancellationToken);
        if (server.WantsJson(parsed))
        {
            Console.WriteLine(answer);
            return ExitCodes.Success;
        }

        using var document = JsonDocument.Parse(answer);
        var instances = document.RootElement.GetProperty("data").EnumerateArray()
            .Select(resource => new InstanceView(resource))
            .OrderBy(instance => instance.Domain, StringComparer.Ordinal);
        var table = new Table("DOMAIN", "LOCALE", "QUOTA", "STATE");
        foreach (var instance in instances)
            table.Add(instance.Domain, instance.Locale, instance.Quota, instance.State);
        Console.Write(table);
        return ExitCodes.Success;
    }
}
