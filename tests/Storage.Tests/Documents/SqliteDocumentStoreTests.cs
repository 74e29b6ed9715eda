using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

public sealed class SqliteDocumentStoreTests : DocumentStoreContract
{
    private readonly TemporaryFolder _folder = new();

    protected override ValueTask<IDocumentStore> OpenAsync() =>
        new(new SqliteDocumentStore(new SqliteDocumentOptions { Directory = _folder.Path, Durable = false }));

    [Theory]
    [InlineData(2500L, 2)]
    [InlineData(3000L, 3)]
    [InlineData(1L, 1)]
    [InlineData(null, 5)]
    public async Task Pages_end_where_the_documents_get_too_large(long? maxBytes, int rows)
    {
        var content = $"\"v\":\"{new string('x', 994)}\"";
        foreach (var id in new[] { "a", "b", "c", "d", "e" })
            await PutAsync(id, content);

        var listed = await Store.ListAsync(Db, new ListQuery { IncludeDocuments = true, MaxBytes = maxBytes }, Ct);
        var byKey = await Store.ListAsync(
            Db, new ListQuery { Keys = ["a", "b", "c", "d", "e"], IncludeDocuments = true, MaxBytes = maxBytes }, Ct);
        var changes = await Store.ReadChangesAsync(Db, new ChangesQuery { IncludeDocuments = true, MaxBytes = maxBytes }, Ct);
        var withoutDocuments = await Store.ListAsync(Db, new ListQuery { MaxBytes = maxBytes, CountOffset = false }, Ct);

        var isCut = rows < 5;
        Assert.Equal((rows, isCut), (listed.Rows.Count, listed.IsCut));
        Assert.Equal((rows, isCut), (byKey.Rows.Count, byKey.IsCut));
        Assert.Equal((rows, isCut, 5L - rows), (changes.Results.Count, changes.IsCut, changes.Pending));
        Assert.Equal((5, false, (long?)null), (withoutDocuments.Rows.Count, withoutDocuments.IsCut, withoutDocuments.Offset));

        var rest = await Store.ReadChangesAsync(Db, new ChangesQuery { Since = changes.LastSequence, CountPending = false }, Ct);
        Assert.Equal((5 - rows, 0L), (rest.Results.Count, rest.Pending));
    }

    protected override ValueTask CloseAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
