using System.CommandLine;
using System.Text.Json;

namespace Cozy.Silo.CommandLine.Jobs;

/// <summary><c>cozy triggers</c>.</summary>
internal sealed class TriggersCommand(ServerConnection server)
{
    private readonly Option<string> _domain = DomainOption.Create();
    private readonly Argument<string> _id = new("id") { Description = "The trigger's id." };

    public Command Create()
    {
        var list = new Command("ls", "List the triggers with how their last jobs ended.");
        list.SetAction(ListAsync);
        var launch = new Command("launch", "Make the trigger's job now, and print the job's id.") { _id };
        launch.SetAction(LaunchAsync);
        var command = new Command("triggers", "List and launch triggers of an instance.") { list, launch };
        command.Options.Add(_domain);
        return command;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var answer = await client.SendAsync(HttpMethod.Get, PathOf(parsed), null, cancellationToken);
        if (server.WantsJson(parsed))
        {
            Console.WriteLine(answer);
            return ExitCodes.Success;
        }

        using var document = JsonDocument.Parse(answer);
        var table = new Table("ID", "TYPE", "ARGUMENTS", "WORKER", "STATUS", "LAST RUN");
        foreach (var trigger in document.RootElement.GetProperty("data").EnumerateArray())
        {
            var attributes = trigger.GetProperty("attributes");
            var state = attributes.GetProperty("current_state");
            table.Add(
                Text(attributes, "_id"), Text(attributes, "type"), Text(attributes, "arguments"), Text(attributes, "worker"),
                Text(state, "status"), Text(state, "last_execution"));
        }

        Console.Write(table);
        return ExitCodes.Success;
    }

    private async Task<int> LaunchAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var path = $"{PathOf(parsed)}/{Uri.EscapeDataString(parsed.GetRequiredValue(_id))}/launch";
        var answer = await client.SendAsync(HttpMethod.Post, path, null, cancellationToken);
        using var document = JsonDocument.Parse(answer);
        Console.WriteLine(server.WantsJson(parsed) ? answer : document.RootElement.GetProperty("data").GetProperty("id").GetString());
        return ExitCodes.Success;
    }

    private string PathOf(ParseResult parsed) => $"{Instances.InstancesCommand.PathOf(parsed.GetRequiredValue(_domain))}/triggers";

    private static string Text(JsonElement attributes, string name) => attributes.TryGetProperty(name, out var value) ? value.ToString() : "";
}
