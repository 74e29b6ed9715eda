using System.CommandLine;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances backup</c>.</summary>
internal sealed class BackupCommand(ServerConnection server)
{
    private readonly Argument<string> _domain = InstancesCommand.Domain();

    private readonly Argument<string> _file = new("file") { Description = "The archive to write; it must not be there yet." };

    public Command Create()
    {
        var command = new Command(
            "backup",
            "Write an instance to an archive while it is in use: its documents as of one moment, and the contents of its "
            + "files unless they are in Swift. The archive holds its secrets.")
        {
            _domain,
            _file,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var domain = parsed.GetRequiredValue(_domain);
        var path = Path.GetFullPath(parsed.GetRequiredValue(_file));
        if (File.Exists(path))
            throw new CommandException(ExitCodes.Conflict, $"{path} is there already.");
        var part = path + ".part";
        try
        {
            using var client = server.Connect(parsed);
            await client.DownloadAsync(InstancesCommand.PathOf(domain) + "/backup", part, cancellationToken);
            File.Move(part, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Failure, $"Cannot write {path}: {failure.Message}", failure);
        }
        finally
        {
            File.Delete(part);
        }

        Console.WriteLine(server.WantsJson(parsed) ? "{}" : $"Wrote {domain} to {path} ({ByteSize.Format(new FileInfo(path).Length)})");
        return ExitCodes.Success;
    }
}
