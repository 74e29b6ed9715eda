using System.Formats.Tar;
using System.Text.Json;

namespace Cozy.Silo.Backups;

/// <summary>An archive unpacked into a folder of its own, which goes when this is disposed.</summary>
internal sealed class BackupArchive : IDisposable
{
    private readonly string _folder;

    private BackupArchive(string folder, BackupManifest manifest)
    {
        _folder = folder;
        Manifest = manifest;
    }

    public BackupManifest Manifest { get; }

    public string DocumentsPath => Path.Combine(_folder, BackupManifest.DocumentsEntry);

    /// <summary>The folder of the instance's contents; it need not be there.</summary>
    public string FilesPath => Path.Combine(_folder, "files");

    /// <summary>The instance's document.</summary>
    public byte[] ReadInstance() => File.ReadAllBytes(Path.Combine(_folder, BackupManifest.InstanceEntry));

    /// <summary>Unpacks an archive; nothing outside of the folder is written, whatever the archive says.</summary>
    /// <exception cref="BackupException">It is no backup, not whole, or of a newer program.</exception>
    public static async Task<BackupArchive> UnpackAsync(string path, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        try
        {
            await using var input = File.OpenRead(path);
            await using var archive = new TarReader(input);
            BackupManifest? manifest = null;
            var isWhole = false;
            while (await archive.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                    throw new BackupException($"{path} is no backup of an instance: it holds {entry.EntryType}.");
                if (manifest is null)
                {
                    manifest = await ReadManifestAsync(path, entry, cancellationToken);
                    continue;
                }

                isWhole = entry.Name == BackupManifest.EndEntry;
                if (!isWhole)
                    await ExtractAsync(path, folder, entry, cancellationToken);
            }

            return manifest is not null && isWhole
                ? new BackupArchive(folder, manifest)
                : throw new BackupException($"{path} is not whole: its end is missing.");
        }
        catch (Exception failure)
        {
            Directory.Delete(folder, recursive: true);
            if (failure is InvalidDataException or EndOfStreamException or FormatException)
                throw new BackupException($"{path} cannot be read: {failure.Message}", failure);
            throw;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<BackupManifest> ReadManifestAsync(string path, TarEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = entry is { Name: BackupManifest.Entry, DataStream: not null, Length: < 65_536 }
                ? await JsonSerializer.DeserializeAsync(entry.DataStream, BackupJson.Default.BackupManifest, cancellationToken)
                : null;
            if (manifest is null || !InstanceFiles.IsInstance(manifest.InstanceId))
                throw new BackupException($"{path} is no backup of an instance.");
            return manifest.Format == BackupManifest.CurrentFormat
                ? manifest
                : throw new BackupException($"{path} was written by a newer version of this program.");
        }
        catch (JsonException failure)
        {
            throw new BackupException($"{path} is no backup of an instance.", failure);
        }
    }

    private static async Task ExtractAsync(string path, string folder, TarEntry entry, CancellationToken cancellationToken)
    {
        var isKnown = entry.Name is BackupManifest.InstanceEntry or BackupManifest.DocumentsEntry
            || (entry.Name.StartsWith(BackupManifest.FilesPrefix, StringComparison.Ordinal)
                && InstanceFiles.IsContent(entry.Name[BackupManifest.FilesPrefix.Length..]));
        if (!isKnown)
            throw new BackupException($"{path} is no backup of an instance: it holds {entry.Name}.");
        var target = Path.Combine(folder, entry.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        await using var file = new FileStream(target, FileMode.CreateNew);
        if (entry.DataStream is { } data)
            await data.CopyToAsync(file, cancellationToken);
        file.Flush(flushToDisk: true);
    }
}
