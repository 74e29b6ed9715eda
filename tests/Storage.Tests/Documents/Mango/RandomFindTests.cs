using System.Text;
using System.Text.Json;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Cozy.Storage.Documents.Mango.Values;
using Cozy.Storage.Documents.Sqlite;
using Xunit;

namespace Cozy.Storage.Tests.Documents.Mango;

/// <summary>
/// Random documents, edits, indexes and selectors: with whatever index, and page by page, a query finds what the naive
/// evaluation finds, in the order asked for.
/// </summary>
public sealed class RandomFindTests : IAsyncLifetime
{
    private static readonly string[] Fields = ["a", "b", "c", "n.x", "n.y"];
    private static readonly string[] Scalars =
        ["null", "true", "false", "0", "1", "2", "1.0", "-3", "2.5", "\"\"", "\"a\"", "\"A\"", "\"b\"", "\"é\"", "\"ab\"", "12345678901234567890"];

    private readonly TemporaryFolder _folder = new();
    private readonly DatabaseName _db = new("random", "db");
    private SqliteDocumentStore _store = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _store = new SqliteDocumentStore(new SqliteDocumentOptions { Directory = _folder.Path, Durable = false });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Queries_find_what_the_naive_evaluation_finds(int seed)
    {
        var random = new Random(seed);
        var documents = new Dictionary<string, (Revision Revision, string Json)>(StringComparer.Ordinal);
        var indexes = new List<string[]>();
        for (var round = 0; round < 70; round++)
        {
            await ChangeAsync(random, documents);
            if (random.Next(12) == 0 && indexes.Count < 8)
            {
                var fields = Fields.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).ToArray();
                indexes.Add(fields);
                await _store.CreateIndexAsync(_db, IndexRequest.Create([.. fields.Select(field => new SortField(field))]), Ct);
            }

            for (var i = 0; i < 6; i++)
                await CheckAsync(random, documents, indexes);
        }
    }

    private async Task ChangeAsync(Random random, Dictionary<string, (Revision Revision, string Json)> documents)
    {
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var id = $"d{random.Next(40):00}";
            var there = documents.TryGetValue(id, out var known);
            var deletes = there && random.Next(5) == 0;
            var members = deletes ? "" : Members(random);
            var result = Assert.Single(await _store.EditAsync(
                _db, [new DocumentEdit(id, there ? known.Revision : null, deletes, DocumentCodec.Parse(Encoding.UTF8.GetBytes($"{{{members}}}")).Members)], Ct));
            Assert.Null(result.Failure);
            if (deletes)
                documents.Remove(id);
            else
                documents[id] = (result.Revision!.Value, $"{{\"_id\":\"{id}\"{(members.Length > 0 ? "," : "")}{members}}}");
        }
    }

    private async Task CheckAsync(
        Random random, Dictionary<string, (Revision Revision, string Json)> documents, List<string[]> indexes)
    {
        var selector = Selector(random, 3);
        var sort = indexes.Count > 0 && random.Next(3) == 0 ? indexes[random.Next(indexes.Count)] : [];
        var descending = random.Next(2) == 0;
        using var parsed = JsonDocument.Parse(selector);
        var query = new FindQuery
        {
            Selector = Cozy.Storage.Documents.Mango.Selector.Parse(Encoding.UTF8.GetBytes(selector)),
            Sort = [.. sort.Select(field => new SortField(field, descending))],
            Limit = random.Next(3) == 0 ? random.Next(1, 5) : 1000,
        };
        var expected = documents.Where(document => Naive(parsed.RootElement, document.Value.Json))
            .Where(document => sort.Length == 0 || Key(document.Value.Json, sort) is not null)
            .Select(document => document.Key)
            .ToHashSet(StringComparer.Ordinal);

        var found = new List<string>();
        while (true)
        {
            var page = await _store.FindAsync(_db, query, Ct);
            found.AddRange(page.Documents.Select(Id));
            if (page.Documents.Count < query.Limit)
                break;
            query = query with { Bookmark = page.Bookmark };
        }

        Assert.True(
            expected.SetEquals(found) && found.Count == expected.Count,
            $"{selector} sorted by {string.Join(',', sort)}: expected {string.Join(' ', expected.Order(StringComparer.Ordinal))}, got {string.Join(' ', found)}");
        AssertSorted(found, documents, sort, descending);
    }

    private static void AssertSorted(
        List<string> found, Dictionary<string, (Revision Revision, string Json)> documents, string[] sort, bool descending)
    {
        if (sort.Length == 0)
            return;
        var keys = found.ConvertAll(id => Key(documents[id].Json, sort)!.Concat(ValueKey.Of(Encoding.UTF8.GetBytes($"\"{id}\""))).ToArray());
        for (var i = 1; i < keys.Count; i++)
            Assert.True(keys[i - 1].AsSpan().SequenceCompareTo(keys[i]) is var order && (descending ? order > 0 : order < 0));
    }

    private static bool Naive(JsonElement selector, string document)
    {
        using var json = JsonDocument.Parse(document);
        return NaiveSelector.Matches(selector, json.RootElement);
    }

    /// <summary>The values of the fields as bytes in their order; null when one is missing.</summary>
    private static byte[]? Key(string document, string[] fields)
    {
        using var json = JsonDocument.Parse(document);
        var key = new List<byte>();
        foreach (var field in fields)
        {
            var value = json.RootElement;
            foreach (var part in field.Split('.'))
            {
                if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(part, out value))
                    return null;
            }

            key.AddRange(ValueKey.Of(DocumentCodec.Canonicalize(Encoding.UTF8.GetBytes(value.GetRawText()))));
        }

        return [.. key];
    }

    private static string Id(ReadOnlyMemory<byte> document)
    {
        using var json = JsonDocument.Parse(document);
        return json.RootElement.GetProperty("_id").GetString()!;
    }

    private static string Members(Random random)
    {
        var members = new List<string>();
        foreach (var field in (string[])["a", "b", "c"])
        {
            if (random.Next(4) > 0)
                members.Add($"\"{field}\":{Value(random)}");
        }

        if (random.Next(3) > 0)
            members.Add($"\"n\":{{\"x\":{Value(random)}{(random.Next(2) == 0 ? $",\"y\":{Value(random)}" : "")}}}");
        return string.Join(',', members);
    }

    private static string Value(Random random) => random.Next(6) switch
    {
        0 => $"[{string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => Scalar(random)))}]",
        1 => $"{{\"k\":{Scalar(random)}}}",
        _ => Scalar(random),
    };

    private static string Scalar(Random random) => Scalars[random.Next(Scalars.Length)];

    private static string Selector(Random random, int depth) => random.Next(depth > 0 ? 8 : 4) switch
    {
        4 => $"{{\"$and\":[{Selector(random, depth - 1)},{Selector(random, depth - 1)}]}}",
        5 => $"{{\"$or\":[{Selector(random, depth - 1)},{Selector(random, depth - 1)}]}}",
        6 => $"{{\"$nor\":[{Selector(random, depth - 1)}]}}",
        7 => $"{{\"$not\":{Selector(random, depth - 1)}}}",
        3 => $"{{{Field(random, 0)},{Field(random, 2)}}}",
        _ => $"{{{Field(random, random.Next(Fields.Length))}}}",
    };

    private static string Field(Random random, int field) => $"\"{Fields[field]}\":{Condition(random)}";

    private static string Condition(Random random) => random.Next(14) switch
    {
        0 => $"{{\"$lt\":{Value(random)}}}",
        1 => $"{{\"$lte\":{Value(random)}}}",
        2 => $"{{\"$gt\":{Value(random)}}}",
        3 => $"{{\"$gte\":{Value(random)}}}",
        4 => $"{{\"$ne\":{Value(random)}}}",
        5 => $"{{\"$gte\":{Scalar(random)},\"$lt\":{Scalar(random)}}}",
        6 => $"{{\"$exists\":{(random.Next(3) == 0 ? "false" : "true")}}}",
        7 => $"{{\"$in\":[{Scalar(random)},{Value(random)}]}}",
        8 => $"{{\"$type\":\"{(random.Next(2) == 0 ? "string" : "number")}\"}}",
        9 => $"{{\"$beginsWith\":\"{(random.Next(2) == 0 ? "a" : "é")}\"}}",
        10 => $"{{\"$not\":{{\"$in\":[{Scalar(random)}]}}}}",
        11 => $"{{\"$elemMatch\":{{\"$gt\":{Scalar(random)}}}}}",
        _ => $"{{\"$eq\":{Value(random)}}}",
    };
}
