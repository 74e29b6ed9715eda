using System.CommandLine;
using System.Text.Json;

namespace Cozy.Silo.CommandLine.Jobs;

/// <summary><c>cozy jobs</c>.</summary>
internal sealed class JobsCommand(ServerConnection server)
{
    private readonly Option<string> _domain = DomainOption.Create();
    private readonly Argument<string> _id = new("id") { Description = "The job's id." };
    private readonly Option<string?> _worker = new("--worker") { Description = "Only jobs of this worker.", HelpName = "worker" };
    private readonly Option<string?> _olderThan = new("--older-than") { Description = "Only jobs that ended longer ago, such as 720h; two weeks without it.", HelpName = "duration" };

    public Command Create()
    {
        var list = new Command("ls", "List the jobs that wait or run.") { _worker };
        list.SetAction(ListAsync);
        var show = new Command("show", "Print a job.") { _id };
        show.SetAction((parsed, cancellationToken) => PrintAsync(parsed, HttpMethod.Get, $"{PathOf(parsed)}/{IdOf(parsed)}", cancellationToken));
        var retry = new Command("retry", "Have a job that ended with an error done again.") { _id };
        retry.SetAction((parsed, cancellationToken) => PrintAsync(parsed, HttpMethod.Post, $"{PathOf(parsed)}/{IdOf(parsed)}/retry", cancellationToken));
        var purge = new Command("purge", "Remove old jobs that ended, but the last of each worker.") { _worker, _olderThan };
        purge.SetAction(PurgeAsync);
        var command = new Command("jobs", "List, show, repeat and remove jobs of an instance.") { list, show, retry, purge };
        command.Options.Add(_domain);
        return command;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var query = parsed.GetValue(_worker) is { } worker ? $"?Worker={Uri.EscapeDataString(worker)}" : "";
        var answer = await client.SendAsync(HttpMethod.Get, PathOf(parsed) + query, null, cancellationToken);
        if (server.WantsJson(parsed))
        {
            Console.WriteLine(answer);
            return ExitCodes.Success;
        }

        using var document = JsonDocument.Parse(answer);
        var table = new Table("ID", "WORKER", "STATE", "QUEUED", "TRIGGER");
        foreach (var job in document.RootElement.GetProperty("data").EnumerateArray())
        {
            var attributes = job.GetProperty("attributes");
            table.Add(Text(attributes, "_id"), Text(attributes, "worker"), Text(attributes, "state"), Text(attributes, "queued_at"), Text(attributes, "trigger_id"));
        }

        Console.Write(table);
        return ExitCodes.Success;
    }

    private async Task<int> PrintAsync(ParseResult parsed, HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var answer = await client.SendAsync(method, path, null, cancellationToken);
        using var document = JsonDocument.Parse(answer);
        Console.WriteLine(JsonSerializer.Serialize(document.RootElement.GetProperty("data").GetProperty("attributes"), JsonSerializerOptions.Web));
        return ExitCodes.Success;
    }

    private async Task<int> PurgeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var query = $"?Workers={Uri.EscapeDataString(parsed.GetValue(_worker) ?? "")}&Duration={Uri.EscapeDataString(parsed.GetValue(_olderThan) ?? "")}";
        var answer = await client.SendAsync(HttpMethod.Delete, PathOf(parsed) + query, null, cancellationToken);
        using var document = JsonDocument.Parse(answer);
        Console.WriteLine(server.WantsJson(parsed) ? answer : $"Removed {document.RootElement.GetProperty("deleted")} jobs");
        return ExitCodes.Success;
    }

    private string IdOf(ParseResult parsed) => Uri.EscapeDataString(parsed.GetRequiredValue(_id));

    private string PathOf(ParseResult parsed) => $"{Instances.InstancesCommand.PathOf(parsed.GetRequiredValue(_domain))}/jobs";

    private static string Text(JsonElement attributes, string name) => attributes.TryGetProperty(name, out var value) ? value.ToString() : "";
}

/// <summary>The option that names the instance.</summary>
internal static class DomainOption
{
    public static Option<string> Create() => new("--domain")
    {
        Description = "The domain of the instance, with its port if not the default, such as alice.localhost:8080.",
        HelpName = "domain",
        Required = true,
        Recursive = true,
    };
}
