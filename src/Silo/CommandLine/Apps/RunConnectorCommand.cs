using System.CommandLine;
using System.Text.Json;
using Cozy.Silo.CommandLine.Instances;

namespace Cozy.Silo.CommandLine.Apps;

/// <summary><c>cozy konnectors run</c>.</summary>
internal sealed class RunConnectorCommand(ServerConnection server, Option<string> domain)
{
    private readonly Argument<string> _slug = new("slug") { Description = "The short name of the connector." };

    private readonly Option<string?> _account = new("--account-id") { Description = "The account to run it for. Needed when there are several.", HelpName = "id" };

    /// <summary>The command.</summary>
    public Command Create()
    {
        var run = new Command("run", "Have it run now for an account that it runs for, and print the job's id.") { _slug, _account, domain };
        run.SetAction(RunAsync);
        return run;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var path = $"{InstancesCommand.PathOf(parsed.GetRequiredValue(domain))}/triggers";
        using var triggers = JsonDocument.Parse(await client.SendAsync(HttpMethod.Get, path, null, cancellationToken));
        var (slug, account) = (parsed.GetRequiredValue(_slug), parsed.GetValue(_account));
        var found = triggers.RootElement.GetProperty("data").EnumerateArray()
            .Where(trigger => Message(trigger, "konnector") == slug && (account is null || Message(trigger, "account") == account)).ToList();
        if (found.Count == 0)
            throw new CommandException(ExitCodes.NotFound, $"Nothing there runs {slug}{(account is null ? "" : $" for {account}")}: an owner connects an account first.");
        var accounts = found.Select(trigger => Message(trigger, "account") ?? "").Distinct().ToList();
        if (accounts.Count > 1)
            throw new CommandException(ExitCodes.Usage, $"It runs for several accounts: say which by --account-id ({string.Join(", ", accounts)}).");
        var launched = await client.SendAsync(HttpMethod.Post, $"{path}/{found[0].GetProperty("id").GetString()}/launch", null, cancellationToken);
        using var job = JsonDocument.Parse(launched);
        Console.WriteLine(server.WantsJson(parsed) ? launched : job.RootElement.GetProperty("data").GetProperty("id").GetString());
        return ExitCodes.Success;
    }

    private static string? Message(JsonElement trigger, string name)
    {
        var attributes = trigger.GetProperty("attributes");
        return Text(attributes, "worker") == "konnector" && attributes.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object
            ? Text(message, name)
            : null;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
