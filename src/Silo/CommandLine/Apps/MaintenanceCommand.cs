using System.CommandLine;
using System.Text.Json;

namespace Cozy.Silo.CommandLine.Apps;

/// <summary><c>cozy konnectors maintenance</c> and what belongs to it: connectors that are kept from running, for all instances.</summary>
internal sealed class MaintenanceCommand(ServerConnection server)
{
    private readonly Argument<string> _slug = new("slug") { Description = "The connector's short name." };
    private readonly Option<bool> _isShort = new("--short") { Description = "It will be over soon." };
    private readonly Option<bool> _noManual = new("--no-manual-exec") { Description = "Owners may not run it by hand either." };

    private readonly Option<string[]> _messages = new("--message")
    {
        Description = "What owners read, by language: en=\"The bank has a new site.\" May be repeated.",
        HelpName = "language=text",
    };

    private readonly Option<string?> _context = new("--context-name")
    {
        Description = "Also those that the registries of this context say.",
        HelpName = "name",
    };

    /// <summary>The commands, to be put under <c>konnectors</c>.</summary>
    public IEnumerable<Command> Create()
    {
        var begin = new Command("maintenance", "Keep a connector from running on all instances.") { _slug, _isShort, _noManual, _messages };
        begin.SetAction(BeginAsync);
        var end = new Command("deactivate-maintenance", "Let a connector run again.") { _slug };
        end.SetAction(EndAsync);
        var list = new Command("ls-maintenances", "List the connectors that are kept from running.") { _context };
        list.SetAction(ListAsync);
        return [begin, end, list];
    }

    private async Task<int> BeginAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var attributes = new
        {
            flag_short_maintenance = parsed.GetValue(_isShort),
            flag_disallow_manual_exec = parsed.GetValue(_noManual),
            messages = (parsed.GetValue(_messages) ?? []).ToDictionary(LanguageOf, text => new { long_message = text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..] }),
        };
        using var client = server.Connect(parsed);
        await client.SendJsonAsync(HttpMethod.Put, PathOf(parsed), JsonSerializer.Serialize(new { data = new { attributes } }), cancellationToken);
        Console.WriteLine($"{parsed.GetRequiredValue(_slug)} is under maintenance");
        return ExitCodes.Success;
    }

    private async Task<int> EndAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        await client.SendAsync(HttpMethod.Delete, PathOf(parsed), null, cancellationToken);
        Console.WriteLine($"{parsed.GetRequiredValue(_slug)} may run");
        return ExitCodes.Success;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var query = parsed.GetValue(_context) is { } context ? $"?Context={Uri.EscapeDataString(context)}" : "";
        var answer = await client.SendAsync(HttpMethod.Get, "konnectors/maintenance" + query, null, cancellationToken);
        if (server.WantsJson(parsed))
        {
            Console.WriteLine(answer);
            return ExitCodes.Success;
        }

        using var document = JsonDocument.Parse(answer);
        var table = new Table("SLUG", "SAID BY", "BY HAND");
        foreach (var one in document.RootElement.GetProperty("data").EnumerateArray())
        {
            var attributes = one.GetProperty("attributes");
            var isForbidden = attributes.TryGetProperty("maintenance_options", out var options) && options.ValueKind == JsonValueKind.Object
                && options.TryGetProperty("flag_disallow_manual_exec", out var flag) && flag.ValueKind == JsonValueKind.True;
            table.Add(Text(attributes, "slug"), Text(attributes, "level") == "stack" ? "operator" : "registry", isForbidden ? "no" : "yes");
        }

        Console.Write(table);
        return ExitCodes.Success;
    }

    private static string LanguageOf(string message) => message.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
        ? message[..at]
        : throw new CommandException(ExitCodes.Usage, $"'{message}' does not begin with a language, as in en=\"The bank has a new site.\"");

    private static string Text(JsonElement attributes, string name) => attributes.TryGetProperty(name, out var value) ? value.ToString() : "";

    private string PathOf(ParseResult parsed) => $"konnectors/maintenance/{Uri.EscapeDataString(parsed.GetRequiredValue(_slug))}";
}
