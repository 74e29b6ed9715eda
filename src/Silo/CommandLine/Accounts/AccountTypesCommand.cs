using System.CommandLine;
using System.Text.Json;

namespace Cozy.Silo.CommandLine.Accounts;

/// <summary><c>cozy account-types</c>: the services with OAuth that connectors are let in to.</summary>
internal sealed class AccountTypesCommand(ServerConnection server)
{
    private readonly Argument<string> _id = new("id") { Description = "The name, for all; or context/name, for the instances of one context." };

    private readonly Argument<string> _file = new("file")
    {
        Description = "A file with the JSON that docs/jobs.md describes; - for the standard input. It has secrets, so they are not arguments.",
    };

    public Command Create()
    {
        var list = new Command("ls", "List the kinds of accounts; their secrets are not shown.");
        list.SetAction(ListAsync);
        var set = new Command("set", "Add a kind of account, or replace it.") { _id, _file };
        set.SetAction(SetAsync);
        var remove = new Command("rm", "Remove a kind of account. Accounts of it stay, but their tokens are renewed no more.") { _id };
        remove.SetAction(RemoveAsync);
        return new Command("account-types", "List, add and remove the kinds of accounts at other services.") { list, set, remove };
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var answer = await client.SendAsync(HttpMethod.Get, "account_types", null, cancellationToken);
        if (server.WantsJson(parsed))
        {
            Console.WriteLine(answer);
            return ExitCodes.Success;
        }

        using var document = JsonDocument.Parse(answer);
        var table = new Table("ID", "GRANT MODE", "CLIENT", "ADDRESS");
        foreach (var type in document.RootElement.EnumerateArray())
            table.Add(Text(type, "_id"), Text(type, "grant_mode"), Text(type, "client_id"), Text(type, "auth_endpoint"));
        Console.Write(table);
        return ExitCodes.Success;
    }

    private async Task<int> SetAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var json = await ReadAsync(parsed.GetRequiredValue(_file), cancellationToken);
        using var client = server.Connect(parsed);
        var answer = await client.SendJsonAsync(HttpMethod.Put, PathOf(parsed), json, cancellationToken);
        Console.WriteLine(server.WantsJson(parsed) ? answer : $"{parsed.GetRequiredValue(_id)} is there");
        return ExitCodes.Success;
    }

    private async Task<int> RemoveAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        await client.SendAsync(HttpMethod.Delete, PathOf(parsed), null, cancellationToken);
        Console.WriteLine($"Removed {parsed.GetRequiredValue(_id)}");
        return ExitCodes.Success;
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return file == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Usage, $"{file} cannot be read: {failure.Message}", failure);
        }
    }

    private static string Text(JsonElement type, string name) => type.TryGetProperty(name, out var value) ? value.ToString() : "";

    private string PathOf(ParseResult parsed) =>
        "account_types/" + string.Join('/', parsed.GetRequiredValue(_id).Split('/').Select(Uri.EscapeDataString));
}
