using System.Text.Json;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;

namespace Cozy.Silo.Backups;

/// <summary>
/// Puts an instance from an archive into a data folder no server uses. The instance appears with the last step: what is
/// interrupted before leaves none, and is done again by doing it again.
/// </summary>
/// <param name="store">The documents of the data folder.</param>
/// <param name="filesFolder">Its folder of the contents of files.</param>
internal sealed class BackupRestorer(SqliteDocumentStore store, string filesFolder)
{
    /// <summary>Restores an archive.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="replace">Whether what the instance has now may be lost.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    /// <exception cref="BackupException">The instance exists, or another one has its domain.</exception>
    public async Task RestoreAsync(BackupArchive archive, bool replace, CancellationToken cancellationToken)
    {
        var id = archive.Manifest.InstanceId;
        var parsed = DocumentCodec.Parse(archive.ReadInstance());
        var hosts = Hosts(parsed);
        var current = await GetAsync(InstanceFiles.Instances, id, cancellationToken);
        var folder = Path.Combine(filesFolder, id);
        if (!replace && (current is { Deleted: false } || Directory.Exists(folder)))
            throw Exists(archive);
        foreach (var host in hosts)
        {
            if (await OwnerAsync(host, cancellationToken) is { } owner && owner != id)
                throw new BackupException($"The domain {host} belongs to another instance.");
        }

        // While it is replaced there is no instance: half of each would be worse.
        if (current is { Deleted: false })
            current = await WriteAsync(InstanceFiles.Instances, id, current, deleted: true, default, cancellationToken);
        if (!await store.RestoreAsync(id, archive.DocumentsPath, replace, cancellationToken))
            throw Exists(archive);
        if (archive.Manifest.HasFiles)
            MoveFiles(archive.FilesPath, folder);
        foreach (var host in hosts)
            await ClaimAsync(host, id, cancellationToken);
        await WriteAsync(InstanceFiles.Instances, id, current, deleted: false, parsed.Members, cancellationToken);
    }

    private static BackupException Exists(BackupArchive archive) =>
        new($"{archive.Manifest.Domain} exists already; --replace destroys it and takes the backup in its place.");

    private static void MoveFiles(string source, string folder)
    {
        var old = folder + ".old";
        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
        if (Directory.Exists(folder))
            Directory.Move(folder, old);
        if (Directory.Exists(source))
            Directory.Move(source, folder);
        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
    }

    private static List<string> Hosts(ParsedDocument instance)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>();
        DocumentCodec.WriteMembersAsObject(json, instance.Members.Span);
        using var parsed = JsonDocument.Parse(json.WrittenMemory);
        var hosts = new List<string> { parsed.RootElement.GetProperty("domain").GetString()! };
        if (parsed.RootElement.TryGetProperty("domain_aliases", out var aliases) && aliases.ValueKind == JsonValueKind.Array)
            hosts.AddRange(aliases.EnumerateArray().Select(alias => alias.GetString()!));
        return hosts;
    }

    private async Task<string?> OwnerAsync(string host, CancellationToken cancellationToken)
    {
        if (await GetAsync(InstanceFiles.Domains, host, cancellationToken) is not { Deleted: false } claim)
            return null;
        var json = new System.Buffers.ArrayBufferWriter<byte>();
        DocumentCodec.WriteMembersAsObject(json, claim.Members.Span);
        using var parsed = JsonDocument.Parse(json.WrittenMemory);
        return parsed.RootElement.TryGetProperty("instance", out var owner) ? owner.GetString() : null;
    }

    private async Task ClaimAsync(string host, string id, CancellationToken cancellationToken)
    {
        if (await OwnerAsync(host, cancellationToken) == id)
            return;
        var members = System.Text.Encoding.UTF8.GetBytes($"\"instance\":\"{id}\"");
        var held = await GetAsync(InstanceFiles.Domains, host, cancellationToken);
        await WriteAsync(InstanceFiles.Domains, host, held, deleted: false, members, cancellationToken);
    }

    private async Task<StoredDocument?> GetAsync(DatabaseName database, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await store.GetAsync(database, id, ReadOptions.Winner, cancellationToken);
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return null;
        }
    }

    private async Task<StoredDocument> WriteAsync(
        DatabaseName database, string id, StoredDocument? current, bool deleted, ReadOnlyMemory<byte> members,
        CancellationToken cancellationToken)
    {
        var parent = current is { Deleted: false } ? current.Revision : (Revision?)null;
        var results = await store.EditAsync(database, [new DocumentEdit(id, parent, deleted, members)], cancellationToken);
        return results[0].Failure is { } failure
            ? throw failure
            : new StoredDocument(id, results[0].Revision!.Value, deleted, members);
    }
}
