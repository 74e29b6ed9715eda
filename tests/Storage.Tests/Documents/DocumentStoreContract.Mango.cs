using System.Text;
using System.Text.Json;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

/// <content>Mango: indexes and queries.</content>
public abstract partial class DocumentStoreContract
{
    private const string NoIndex = "No matching index found, create an index to optimize query time.";

    [Fact]
    public async Task A_query_without_an_index_reads_all_documents_and_warns()
    {
        await PutAsync("b", "\"age\":2");
        await PutAsync("a", "\"age\":1");
        await PutAsync("c", "\"name\":\"x\"");

        var result = await FindAsync("""{"selector":{"age":{"$gt":0}},"fields":["_id"]}""");

        Assert.Equal("""[{"_id":"a"},{"_id":"b"}]""", Documents(result));
        Assert.Equal(NoIndex, result.Warning);
        Assert.Null(result.Statistics);
    }

    [Fact]
    public async Task A_query_of_a_missing_database_fails() =>
        await FailsAsync(StoreError.DatabaseMissing, () => FindAsync("""{"selector":{}}"""));

    [Fact]
    public async Task Whole_documents_come_with_their_id_and_revision()
    {
        var revision = await PutAsync("a", "\"big\":12345678901234567890,\"float\":1.0");

        var result = await FindAsync("""{"selector":{"_id":"a"}}""");

        Assert.Equal($$"""[{"_id":"a","_rev":"{{revision}}","big":12345678901234567890,"float":1.0}]""", Documents(result));
    }

    [Fact]
    public async Task A_query_can_demand_an_index()
    {
        await PutAsync("a", "\"age\":1");

        var failure = await FailsAsync(
            StoreError.InvalidDocument,
            () => Store.FindAsync(Db, new FindQuery { Selector = Select("""{"age":1}"""), RequireIndex = true }, Ct));

        Assert.Equal(("no_index", NoIndex), (failure.Error, failure.Reason));
    }

    [Fact]
    public async Task A_sort_without_an_index_is_refused()
    {
        await PutAsync("a", "\"age\":1");

        var failure = await FailsAsync(
            StoreError.InvalidDocument, () => FindAsync("""{"selector":{"age":1},"sort":["age"]}"""));

        Assert.Equal("no_usable_index", failure.Error);
    }

    protected static Selector Select(string json) => Selector.Parse(Encoding.UTF8.GetBytes(json));

    protected Task<FindResult> FindAsync(string query) =>
        Store.FindAsync(Db, FindQuery.Parse(Encoding.UTF8.GetBytes(query)), Ct);

    protected static string Documents(FindResult result) =>
        $"[{string.Join(',', result.Documents.Select(document => Encoding.UTF8.GetString(document.Span)))}]";

    /// <summary>The ids of what was found, in its order.</summary>
    protected static string Ids(FindResult result) => string.Join(' ', result.Documents.Select(document =>
    {
        using var json = JsonDocument.Parse(document);
        return json.RootElement.GetProperty("_id").GetString();
    }));
}
