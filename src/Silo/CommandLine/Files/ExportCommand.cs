using System.CommandLine;
using System.Formats.Tar;
using Cozy.Silo.CommandLine.Instances;

namespace Cozy.Silo.CommandLine.Files;

/// <summary><c>cozy files export</c>: the files of an instance as plain folders, with their names and times.</summary>
internal sealed class ExportCommand(ServerConnection server)
{
    private readonly Argument<string> _domain = InstancesCommand.Domain();

    private readonly Argument<string> _folder = new("folder")
    {
        Description = "Where to; made when it does not exist. Files that are there already are not overwritten.",
    };

    private readonly Option<bool> _trash = new("--trash")
    {
        Description = "With the trash.",
    };

    public Command Create()
    {
        var command = new Command("export", "Write the files of an instance into a folder of this machine.")
        {
            _domain, _folder, _trash,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(parsed.GetRequiredValue(_folder));
        using var client = server.Connect(parsed);
        var path = $"{InstancesCommand.PathOf(parsed.GetRequiredValue(_domain))}/files.tar?Trash={(parsed.GetValue(_trash) ? "true" : "")}";
        await using var answer = await client.OpenAsync(HttpMethod.Get, path, cancellationToken);
        try
        {
            var count = await UnpackAsync(answer, folder, cancellationToken);
            Console.WriteLine(server.WantsJson(parsed) ? $"{{\"files\":{count}}}" : $"{count} files are in {folder}");
            return ExitCodes.Success;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandException(ExitCodes.Failure, $"The export is not complete: {failure.Message}", failure);
        }
    }

    private static async Task<int> UnpackAsync(Stream tar, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var count = 0;
        await using var reader = new TarReader(tar);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            var target = Path.GetFullPath(Path.Combine(folder, entry.Name));
            // The server is trusted with the files, not with what else is on this machine.
            if (!target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new InvalidDataException($"'{entry.Name}' leads out of the folder.");
            if (entry.EntryType == TarEntryType.Directory)
            {
                Directory.CreateDirectory(target);
            }
            else if (entry.EntryType == TarEntryType.RegularFile)
            {
                await entry.ExtractToFileAsync(target, overwrite: false, cancellationToken);
                count++;
            }
        }

        return count;
    }
}
