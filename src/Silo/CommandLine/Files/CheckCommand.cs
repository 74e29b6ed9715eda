using System.CommandLine;
using System.Text.Json;
using Cozy.Silo.CommandLine.Instances;

namespace Cozy.Silo.CommandLine.Files;

/// <summary><c>cozy files check</c>: compares the tree of an instance with the contents in the store, while it is used.</summary>
internal sealed class CheckCommand(ServerConnection server)
{
    private readonly Argument<string> _domain = InstancesCommand.Domain();

    private readonly Option<bool> _repair = new("--repair")
    {
        Description = "Remove contents and thumbnails that no file refers to.",
    };

    private readonly Option<bool> _index = new("--index-integrity")
    {
        Description = "Look at the tree alone.",
    };

    private readonly Option<bool> _contents = new("--files-consistency")
    {
        Description = "Compare the tree with the contents alone.",
    };

    private readonly Option<bool> _read = new("--read-contents")
    {
        Description = "Read every content and compare its MD5; takes as long as reading all there is.",
    };

    private readonly Option<bool> _failFast = new("--fail-fast")
    {
        Description = "Stop at the first thing that is wrong.",
    };

    public Command Create(string name)
    {
        var command = new Command(name, "Check that files and their contents belong together. Exits with 1 when something is wrong and stays so.")
        {
            _domain, _repair, _index, _contents, _read, _failFast,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        await using var answer = await client.OpenAsync(
            parsed.GetValue(_repair) ? HttpMethod.Post : HttpMethod.Get, PathOf(parsed), cancellationToken);
        using var lines = new StreamReader(answer);
        var (found, repaired) = (0, 0);
        while (await ReadLineAsync(lines, cancellationToken) is { } line)
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("error", out var error))
                throw new CommandException(ExitCodes.Failure, $"The check broke off: {error.GetString()}");
            found++;
            if (json.RootElement.TryGetProperty("repaired", out _))
                repaired++;
            Console.WriteLine(server.WantsJson(parsed) ? line : Describe(json.RootElement));
        }

        if (!server.WantsJson(parsed))
            Console.WriteLine(found == 0 ? "All is well." : $"{found} found, {repaired} repaired");
        return found == repaired ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task<string?> ReadLineAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadLineAsync(cancellationToken);
        }
        catch (IOException failure)
        {
            throw new CommandException(ExitCodes.Unreachable, $"The server broke the check off: {failure.Message}", failure);
        }
    }

    private static string Describe(JsonElement anomaly)
    {
        string?[] parts =
        [
            anomaly.GetProperty("type").GetString(), Text("fullpath"), Text("id"), Text("version_id"), Text("detail"),
            Text("expected_fullpath") is { } path ? $"should be {path}" : null,
            anomaly.TryGetProperty("repaired", out _) ? "repaired" : null,
        ];
        return string.Join("  ", parts.Where(part => part is not null));

        string? Text(string name) => anomaly.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private string PathOf(ParseResult parsed)
    {
        var query = new List<string>();
        if (parsed.GetValue(_index))
            query.Add("IndexIntegrity=true");
        if (parsed.GetValue(_contents))
            query.Add("FilesConsistency=true");
        if (parsed.GetValue(_read))
            query.Add("ReadContents=true");
        if (parsed.GetValue(_failFast))
            query.Add("FailFast=true");
        return $"{InstancesCommand.PathOf(parsed.GetRequiredValue(_domain))}/fsck?{string.Join('&', query)}";
    }
}
