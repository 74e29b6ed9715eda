using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Orleans.Placement;

namespace Cozy.Grains.Dav;

/// <summary>Remembers nothing: a listing reads the properties of a page of files in one query.</summary>
[GrainType("davproperties"), PreferLocalPlacement]
internal sealed class DavPropertiesGrain : Grain, IDavPropertiesGrain
{
    private const int Attempts = 5;

    private readonly IDocumentStore _store;
    private readonly DatabaseName _database;
    private readonly IDoctypeGrain _documents;

    public DavPropertiesGrain(IDocumentStore store)
    {
        _store = store;
        var instanceId = this.GetPrimaryKeyString();
        _database = DatabaseName.ForDoctype(instanceId, DavPropertyDocument.Doctype);
        _documents = GrainFactory.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, DavPropertyDocument.Doctype));
    }

    public async Task<IReadOnlyList<DavProperties>> FindAsync(IReadOnlyList<string> fileIds) =>
        [.. (await ListAsync(fileIds)).Select(document => new DavProperties(document.Id, DavPropertyDocument.Read(document.Members)))];

    public async Task ForgetAsync(IReadOnlyList<string> fileIds)
    {
        var edits = (await ListAsync(fileIds)).ConvertAll(document => new Edit(document.Id, document.Revision.ToString(), true, default));
        if (edits.Count > 0)
            await _documents.EditAsync(edits);
    }

    public async Task ChangeAsync(string fileId, IReadOnlyList<DavPropertyChange> changes, int maxBytes)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var document = await ReadAsync(fileId);
            var before = document is null ? [] : DavPropertyDocument.Read(document.Members);
            var after = DavPropertyDocument.Apply(before, changes);
            if (after.SequenceEqual(before))
                return;

            var members = DavPropertyDocument.Write(after);
            if (members.Length > maxBytes)
                throw new CozyException(ErrorKind.InsufficientStorage, "too_many_properties", "The properties take too much room.");
            var edit = new Edit(fileId, document?.Revision, Deleted: after.Count == 0, after.Count == 0 ? default : members);
            if ((await _documents.EditAsync([edit]))[0].Error is null)
                return;
        }

        throw CozyException.Conflict("The properties are changed by too many at once.");
    }

    private async Task<Document?> ReadAsync(string fileId)
    {
        try
        {
            return await _documents.ReadAsync(fileId) is { Deleted: false } document ? document : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    private async Task<List<StoredDocument>> ListAsync(IReadOnlyList<string> fileIds)
    {
        if (fileIds.Count == 0)
            return [];
        try
        {
            var page = await _store.ListAsync(_database, new ListQuery { Keys = fileIds, IncludeDocuments = true });
            return [.. page.Rows.Select(row => row.Document).OfType<StoredDocument>().Where(document => !document.Deleted)];
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return [];
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }
}
