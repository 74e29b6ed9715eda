using Cozy.Storage.Documents;
using Cozy.Storage.Documents.CouchDb;

namespace Cozy.Storage.Tests.Documents.CouchDb;

/// <summary>The contract over HTTP: against our own server, or against the one that <c>COZY_TEST_COUCHDB_URL</c> names.</summary>
public sealed class CouchDbDocumentStoreTests(CouchDbProcess server) : DocumentStoreContract
{
    protected override ValueTask<IDocumentStore> OpenAsync()
    {
        var given = Environment.GetEnvironmentVariable("COZY_TEST_COUCHDB_URL");
        return new(new CouchDbDocumentStore(new CouchDbOptions
        {
            Url = string.IsNullOrEmpty(given) ? server.Url : new Uri(given),
        }));
    }
}
