using System.CommandLine;
using System.Text.Json;

namespace Cozy.Silo.CommandLine.Apps;

/// <summary><c>cozy registry</c>: what apps there are to install.</summary>
internal sealed class RegistryCommand(ServerConnection server)
{
    private readonly Option<string> _context = new("--context-name")
    {
        Description = "The context whose registries are asked; without it the default one.",
        HelpName = "name",
        Recursive = true,
    };

    private readonly Argument<string> _slug = new("slug") { Description = "The short name, such as drive." };

    public Command Create()
    {
        var list = new Command("ls", "List the apps that registries offer, or those shipped with the program where there is none.");
        list.SetAction(ListAsync);
        var show = new Command("show", "Print what a registry says of an app.") { _slug };
        show.SetAction(ShowAsync);
        var command = new Command("registry", "See what apps there are to install.") { list, show };
        command.Options.Add(_context);
        return command;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var answer = await client.SendAsync(HttpMethod.Get, "registry" + QueryOf(parsed), null, cancellationToken);
        if (server.WantsJson(parsed))
        {
            Console.WriteLine(answer);
            return ExitCodes.Success;
        }

        using var document = JsonDocument.Parse(answer);
        var table = new Table("SLUG", "TYPE", "VERSION", "NAME");
        foreach (var app in document.RootElement.GetProperty("data").EnumerateArray())
        {
            var version = app.TryGetProperty("latest_version", out var latest) ? latest : default;
            var manifest = version.ValueKind == JsonValueKind.Object && version.TryGetProperty("manifest", out var found) ? found : default;
            table.Add(Text(app, "slug"), Text(app, "type"), Text(version, "version"), Text(manifest, "name"));
        }

        Console.Write(table);
        return ExitCodes.Success;
    }

    private async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var path = $"registry/{Uri.EscapeDataString(parsed.GetRequiredValue(_slug))}{QueryOf(parsed)}";
        Console.WriteLine(await client.SendAsync(HttpMethod.Get, path, null, cancellationToken));
        return ExitCodes.Success;
    }

    private string QueryOf(ParseResult parsed) =>
        parsed.GetValue(_context) is { } context ? "?Context=" + Uri.EscapeDataString(context) : "";

    private static string Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
}
