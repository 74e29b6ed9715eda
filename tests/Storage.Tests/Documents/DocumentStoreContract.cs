using System.Text;
using Cozy.Storage.Documents;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

/// <summary>
/// What every document store does. An adapter's tests derive from it; nothing here asks for more than CouchDB does.
/// The other parts of the class are beside this file, one for each part of the port.
/// </summary>
public abstract partial class DocumentStoreContract : IAsyncLifetime
{
    private readonly DatabaseName _db = new("t" + Guid.NewGuid().ToString("N"), "io-cozy-notes");

    protected IDocumentStore Store { get; private set; } = null!;

    /// <summary>The database of this test; its partition is new and removed at the end.</summary>
    protected DatabaseName Db => _db;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Store.DeletePartitionAsync(_db.Partition, CancellationToken.None);
        await Store.DisposeAsync();
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the store under test.</summary>
    protected abstract ValueTask<IDocumentStore> OpenAsync();

    /// <summary>Cleans up behind the store, which is disposed.</summary>
    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    protected static ReadOnlyMemory<byte> Json(string members) => Encoding.UTF8.GetBytes(members);

    protected static string Text(StoredDocument? document) => Encoding.UTF8.GetString(document!.Members.Span);

    protected static Revision Rev(string text) => Revision.Parse(text);

    /// <summary>Revisions written <c>"3-c 2-b 1-a"</c>.</summary>
    protected static Revision[] Path(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Rev).ToArray();

    protected static string Text(IEnumerable<Revision> revisions) => string.Join(' ', revisions);

    protected static ReplicatedEdit Replicated(string id, string path, string members = "", bool deleted = false) =>
        new(id, Path(path), deleted, Json(members));

    protected async Task<EditResult> TryPutAsync(string id, string members, Revision? parent = null, bool deleted = false) =>
        Assert.Single(await Store.EditAsync(_db, [new DocumentEdit(id, parent, deleted, Json(members))], Ct));

    protected async Task<Revision> PutAsync(string id, string members = "", Revision? parent = null, bool deleted = false)
    {
        var result = await TryPutAsync(id, members, parent, deleted);
        Assert.Null(result.Failure);
        Assert.Equal(id, result.Id);
        return result.Revision!.Value;
    }

    protected async Task AssertConflictAsync(string id, string members, Revision? parent = null, bool deleted = false)
    {
        var result = await TryPutAsync(id, members, parent, deleted);
        Assert.Null(result.Revision);
        Assert.Equal((StoreError.Conflict, "conflict"), (result.Failure!.Kind, result.Failure.Error));
    }

    protected async Task ReplicateAsync(params ReplicatedEdit[] edits) =>
        Assert.Empty(await Store.ReplicateAsync(_db, edits, Ct));

    protected async Task<StoredDocument?> GetAsync(string id, ReadOptions? options = null) =>
        await Store.GetAsync(_db, id, options ?? ReadOptions.Winner, Ct);

    protected async Task<DocumentDetails> DetailsAsync(string id) =>
        (await GetAsync(id, new ReadOptions
        {
            WithRevisions = true,
            WithRevisionsInfo = true,
            WithConflicts = true,
            WithDeletedConflicts = true,
            WithLocalSequence = true,
        }))!.Details!;

    protected async Task<string> WinnerAsync(string id)
    {
        var document = await GetAsync(id);
        return document is null ? "none" : document.Revision + (document.Deleted ? " deleted" : "");
    }

    protected async Task<string> ConflictsAsync(string id) => Text((await DetailsAsync(id)).Conflicts ?? []);

    protected static async Task<DocumentStoreException> FailsAsync(StoreError kind, Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<DocumentStoreException>(action);
        Assert.Equal(kind, failure.Kind);
        return failure;
    }
}
