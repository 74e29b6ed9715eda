using System.CommandLine;
using System.Text.Json;
using Cozy.Silo.CommandLine.Instances;

namespace Cozy.Silo.CommandLine.Apps;

/// <summary>What <c>cozy konnectors</c> does besides what is done to apps: runs, and maintenance.</summary>
internal sealed class ConnectorCommands(ServerConnection server, Option<string> domain)
{
    private const string Maintenance = "konnectors/maintenance";

    private readonly Argument<string> _slug = new("slug") { Description = "The short name of the connector." };

    private readonly Option<string?> _account = new("--account-id") { Description = "The account to run it for. Needed when there are several.", HelpName = "id" };

    private readonly Option<string?> _context = new("--context") { Description = "Also those that the registries of this context announce.", HelpName = "name" };

    private readonly Option<bool> _infra = new("--infra") { Description = "The connector cannot work here at all for now." };

    private readonly Option<bool> _short = new("--short") { Description = "It will not take long." };

    private readonly Option<bool> _noManual = new("--no-manual-exec") { Description = "Owners cannot have it run by hand meanwhile either." };

    /// <summary>The commands.</summary>
    public IEnumerable<Command> Create()
    {
        var run = new Command("run", "Have it run now for an account that it runs for, and print the job's id.") { _slug, _account, domain };
        run.SetAction(RunAsync);
        var begin = new Command("maintenance", "Keep it from running, for all instances.") { _slug, _infra, _short, _noManual };
        begin.SetAction(BeginAsync);
        var end = new Command("deactivate-maintenance", "Let it run again.") { _slug };
        end.SetAction(EndAsync);
        var list = new Command("ls-maintenances", "List the connectors that are kept from running.") { _context };
        list.SetAction(ListAsync);
        return [run, begin, end, list];
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

    private async Task<int> BeginAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var attributes = new
        {
            flag_infra_maintenance = parsed.GetValue(_infra),
            flag_short_maintenance = parsed.GetValue(_short),
            flag_disallow_manual_exec = parsed.GetValue(_noManual),
        };
        await client.SendJsonAsync(
            HttpMethod.Put, PathOf(parsed), JsonSerializer.Serialize(new { data = new { attributes } }), cancellationToken);
        Console.WriteLine($"{parsed.GetRequiredValue(_slug)} is in maintenance");
        return ExitCodes.Success;
    }

    private async Task<int> EndAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        await client.SendAsync(HttpMethod.Delete, PathOf(parsed), null, cancellationToken);
        Console.WriteLine($"{parsed.GetRequiredValue(_slug)} runs again");
        return ExitCodes.Success;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var context = parsed.GetValue(_context);
        var answer = await client.SendAsync(
            HttpMethod.Get, context is null ? Maintenance : $"{Maintenance}?Context={Uri.EscapeDataString(context)}", null, cancellationToken);
        if (server.WantsJson(parsed))
        {
            Console.WriteLine(answer);
            return ExitCodes.Success;
        }

        using var document = JsonDocument.Parse(answer);
        var table = new Table("SLUG", "BY", "OPTIONS");
        foreach (var one in document.RootElement.GetProperty("data").EnumerateArray())
        {
            var attributes = one.GetProperty("attributes");
            table.Add(
                Text(attributes, "slug") ?? "", Text(attributes, "level") ?? "",
                attributes.TryGetProperty("maintenance_options", out var options) && options.ValueKind == JsonValueKind.Object
                    ? string.Join(' ', options.EnumerateObject().Where(option => option.Value.ValueKind == JsonValueKind.True).Select(option => option.Name))
                    : "");
        }

        Console.Write(table);
        return ExitCodes.Success;
    }

    private string PathOf(ParseResult parsed) => $"{Maintenance}/{Uri.EscapeDataString(parsed.GetRequiredValue(_slug))}";

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
