using System.CommandLine;
using System.Text.Json;

namespace Cozy.Silo.CommandLine;

/// <summary><c>cozy status</c>.</summary>
internal sealed class StatusCommand(ServerConnection server)
{
    public Command Create()
    {
        var command = new Command("status", "Tell whether the server runs and reaches what it needs. Ends with 1 when something fails.");
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var version = await client.SendAsync(HttpMethod.Get, "version", null, cancellationToken);
        var (_, text) = await client.AskAsync(HttpMethod.Get, "status", null, cancellationToken);
        using var status = JsonDocument.Parse(text);
        var healthy = status.RootElement.GetProperty("status").GetString() == "OK";
        if (server.WantsJson(parsed))
        {
            Console.WriteLine(text);
            return healthy ? ExitCodes.Success : ExitCodes.Failure;
        }

        using var about = JsonDocument.Parse(version);
        var table = new Table();
        table.Add("version", about.RootElement.GetProperty("version").GetString()!);
        Add(table, "documents", "couchdb", status.RootElement);
        Add(table, "files", "fs", status.RootElement);
        Add(table, "grains", "grains", status.RootElement);
        Console.Write(table);
        return healthy ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static void Add(Table table, string title, string name, JsonElement status) => table.Add(
        title, status.GetProperty(name).GetString()!, status.GetProperty("latency").GetProperty(name).GetString()!);
}
