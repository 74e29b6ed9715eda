using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Sqlite;

namespace Cozy.Storage.Tests.Documents;

public sealed class SqliteDocumentStoreTests : DocumentStoreContract
{
    private readonly TemporaryFolder _folder = new();

    protected override ValueTask<IDocumentStore> OpenAsync() =>
        new(new SqliteDocumentStore(new SqliteDocumentOptions { Directory = _folder.Path, Durable = false }));

    protected override ValueTask CloseAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
