using System.CommandLine;
using Cozy.Silo.Backups;
using Cozy.Silo.Hosting;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances restore</c>: works on the data folder itself, which no server may use meanwhile.</summary>
internal sealed class RestoreCommand
{
    private readonly Argument<string> _file = new("file") { Description = "An archive that 'cozy instances backup' wrote." };

    private readonly Option<string> _data = new("--data")
    {
        Description = "The data folder to restore into. Stop the server that uses it first.",
        HelpName = "dir",
        DefaultValueFactory = _ => "data",
    };

    private readonly Option<bool> _replace = new("--replace")
    {
        Description = "Destroy what the instance has now. Without it an instance that exists is left alone.",
    };

    public Command Create()
    {
        var command = new Command(
            "restore", "Put an instance from an archive into a data folder, with its documents and the files the archive holds.")
        {
            _file,
            _data,
            _replace,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(parsed.GetRequiredValue(_file));
        if (!File.Exists(path))
            throw new CommandException(ExitCodes.NotFound, $"{path} is not there.");
        using var folder = DataFolder.Open(parsed.GetRequiredValue(_data));
        await using var store = new SqliteDocumentStore(new SqliteDocumentOptions
        {
            Directory = Path.Combine(folder.Path, StoreServices.DocumentsFolder),
        });
        try
        {
            using var archive = await BackupArchive.UnpackAsync(
                path, Path.Combine(folder.Path, "tmp", $"restore-{Guid.NewGuid():N}"), cancellationToken);
            var files = Path.Combine(folder.Path, StoreServices.FilesFolder);
            Directory.CreateDirectory(files);
            await new BackupRestorer(store, files).RestoreAsync(archive, parsed.GetValue(_replace), cancellationToken);
            Console.WriteLine($"Restored {archive.Manifest.Domain} as of {archive.Manifest.Created:u}"
                + (archive.Manifest.HasFiles ? "" : "; the contents of its files were not in the archive"));
            return ExitCodes.Success;
        }
        catch (BackupException failure)
        {
            throw new CommandException(ExitCodes.Conflict, failure.Message, failure);
        }
        catch (DocumentStoreException failure)
        {
            throw new CommandException(ExitCodes.Failure, failure.Reason, failure);
        }
        catch (IOException failure)
        {
            throw new CommandException(ExitCodes.Failure, $"Cannot restore {path}: {failure.Message}", failure);
        }
    }
}
