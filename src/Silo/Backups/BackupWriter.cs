using System.Formats.Tar;
using System.Text.Json;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;

namespace Cozy.Silo.Backups;

/// <summary>
/// Writes an instance in use to an archive. Its documents are of one moment. The contents of files come after them: what
/// the documents refer to is in the archive, unless its owner destroyed it while the archive was written.
/// </summary>
/// <param name="store">The documents.</param>
/// <param name="filesFolder">The folder of the contents of files; null when they are kept elsewhere.</param>
/// <param name="temporaryFolder">Where a copy of the documents has room for a while.</param>
/// <param name="time">Tells the time.</param>
internal sealed class BackupWriter(SqliteDocumentStore store, string? filesFolder, string temporaryFolder, TimeProvider time)
{
    public async Task WriteAsync(string instanceId, string domain, Stream output, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(temporaryFolder);
        var documents = Path.Combine(temporaryFolder, $"backup-{Guid.NewGuid():N}.sqlite");
        try
        {
            var instance = await store.GetAsync(InstanceFiles.Instances, instanceId, ReadOptions.Winner, cancellationToken);
            if (instance is null or { Deleted: true } || !await store.BackupAsync(instanceId, documents, cancellationToken))
                throw new BackupException($"{domain} has no documents.");

            // Contents that come later belong to no document in the archive.
            var moment = time.GetUtcNow();
            var manifest = new BackupManifest(BackupManifest.CurrentFormat, instanceId, domain, moment, filesFolder is not null);
            await using var archive = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
            await WriteAsync(archive, BackupManifest.Entry, JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest), cancellationToken);
            await WriteAsync(archive, BackupManifest.InstanceEntry, MembersAsObject(instance), cancellationToken);
            await using (var file = File.OpenRead(documents))
                await WriteAsync(archive, BackupManifest.DocumentsEntry, file, cancellationToken);
            if (filesFolder is not null)
                await WriteFilesAsync(archive, Path.Combine(filesFolder, instanceId), moment, cancellationToken);
            await WriteAsync(archive, BackupManifest.EndEntry, [], cancellationToken);
        }
        finally
        {
            File.Delete(documents);
            File.Delete(documents + ".part");
        }
    }

    private static async Task WriteFilesAsync(
        TarWriter archive, string folder, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var contents = Path.Combine(folder, InstanceFiles.Contents);
        if (!Directory.Exists(contents))
            return;
        foreach (var path in Directory.EnumerateFiles(contents, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
            if (!InstanceFiles.IsContent(name) || File.GetLastWriteTimeUtc(path) > moment)
                continue;
            FileStream file;
            try
            {
                file = File.OpenRead(path);
            }
            catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
            {
                // Destroyed meanwhile.
                continue;
            }

            await using (file)
                await WriteAsync(archive, BackupManifest.FilesPrefix + name, file, cancellationToken);
        }
    }

    private static async Task WriteAsync(TarWriter archive, string name, byte[] data, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(data);
        await WriteAsync(archive, name, stream, cancellationToken);
    }

    private static Task WriteAsync(TarWriter archive, string name, Stream data, CancellationToken cancellationToken) =>
        archive.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = data,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            },
            cancellationToken);

    private static byte[] MembersAsObject(StoredDocument document)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(document.Members.Length + 2);
        DocumentCodec.WriteMembersAsObject(output, document.Members.Span);
        return output.WrittenSpan.ToArray();
    }
}
