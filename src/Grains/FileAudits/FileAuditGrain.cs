using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Orleans.Concurrency;

namespace Cozy.Grains.FileAudits;

/// <summary>Holds nothing, so as many as are needed may work for an instance.</summary>
[GrainType("fileaudit"), StatelessWorker]
internal sealed class FileAuditGrain : Grain, IFileAuditGrain
{
    private const string VersionsDoctype = "io.cozy.files.versions";

    private readonly IDocumentStore _store;
    private readonly DatabaseName _files;
    private readonly DatabaseName _versions;

    public FileAuditGrain(IDocumentStore store)
    {
        _store = store;
        _files = DatabaseName.ForDoctype(this.GetPrimaryKeyString(), WellKnownFiles.Doctype);
        _versions = DatabaseName.ForDoctype(this.GetPrimaryKeyString(), VersionsDoctype);
    }

    public Task<IReadOnlyList<AuditedFile>> ListFilesAsync(string? after, int limit) => ListAsync(_files, after, limit, ReadFile);

    public Task<IReadOnlyList<AuditedVersion>> ListVersionsAsync(string? after, int limit) =>
        ListAsync(_versions, after, limit, static (id, json) => new AuditedVersion(id, Size(json), json.Bytes("md5sum")));

    public async Task<AuditedFile?> FindAsync(string fileId)
    {
        if (await ReadAsync(_files, fileId) is not { } file)
            return null;
        using var parsed = Json.Parse(file.Members);
        return ReadFile(fileId, parsed.RootElement);
    }

    public async Task<bool> ExistsAsync(string fileId) => await ReadAsync(_files, fileId) is not null;

    public async Task<bool> RefersToAsync(string fileId, string versionId)
    {
        if (await ReadAsync(_versions, $"{fileId}/{versionId}") is not null)
            return true;
        if (await ReadAsync(_files, fileId) is not { } file)
            return false;
        using var parsed = Json.Parse(file.Members);
        return parsed.RootElement.Text("internal_vfs_id") == versionId;
    }

    private static AuditedFile ReadFile(string id, JsonElement json) => new()
    {
        Id = id,
        IsDirectory = json.Text("type") == "directory",
        Name = json.Text("name") ?? "",
        ParentId = json.Text("dir_id") ?? "",
        Path = json.Text("path"),
        VersionId = json.Text("internal_vfs_id"),
        Size = Size(json),
        Md5 = json.Bytes("md5sum"),
        IsTrashed = json.Flag("trashed"),
        UpdatedAt = json.Text("updated_at") ?? "",
        IsExecutable = json.Flag("executable"),
    };

    private static long Size(JsonElement json) => long.TryParse(json.Text("size"), CultureInfo.InvariantCulture, out var size) ? size : 0;

    /// <summary>A page that skips design documents, and is empty only at the end.</summary>
    private async Task<IReadOnlyList<T>> ListAsync<T>(DatabaseName database, string? after, int limit, Func<string, JsonElement, T> read)
    {
        try
        {
            while (true)
            {
                var page = await _store.ListAsync(database, new ListQuery
                {
                    StartKey = after is null ? null : after + "\0",
                    Limit = limit,
                    IncludeDocuments = true,
                });
                var found = page.Rows.Where(row => !row.Id.StartsWith('_') && row.Document is not null).Select(Read).ToList();
                if (found.Count > 0 || page.Rows.Count < limit)
                    return found;
                after = page.Rows[^1].Id;
            }
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return [];
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }

        T Read(DocumentRow row)
        {
            using var parsed = Json.Parse(row.Document!.Members);
            return read(row.Id, parsed.RootElement);
        }
    }

    private async Task<StoredDocument?> ReadAsync(DatabaseName database, string id)
    {
        try
        {
            return await _store.GetAsync(database, id, ReadOptions.Winner) is { Deleted: false } document ? document : null;
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return null;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
