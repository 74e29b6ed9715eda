using System.Text;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

/// <content>Mango: indexes, order, paging.</content>
public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task An_index_lives_in_a_design_document()
    {
        var made = await IndexRequestAsync("""{"index":{"fields":["a",{"b":"asc"}]},"ddoc":"d","name":"n"}""");
        var again = await IndexRequestAsync("""{"index":{"fields":["a",{"b":"asc"}]},"ddoc":"d","name":"n"}""");

        Assert.Equal(new IndexCreation(true, "_design/d", "n"), made);
        Assert.Equal(new IndexCreation(false, "_design/d", "n"), again);
        Assert.Equal(
            """{"language":"query","views":{"n":{"map":{"fields":{"a":"asc","b":"asc"},"partial_filter_selector":{}},"reduce":"_count","options":{"def":{"fields":["a",{"b":"asc"}]}}}}}""",
            $"{{{Text(await GetAsync("_design/d"))}}}");
        Assert.Equal("_all_docs(_id) _design/d/n(a,b)", await IndexesAsync());
    }

    [Fact]
    public async Task An_index_without_a_name_gets_that_of_CouchDB()
    {
        var made = await IndexRequestAsync("""{"index":{"fields":["a"]}}""");

        Assert.Equal("_design/" + made.Name, made.DesignDocument);
        Assert.Matches("^[0-9a-f]{40}$", made.Name);
        Assert.False((await IndexRequestAsync("""{"index":{"fields":["a"]}}""")).Created);
    }

    [Fact]
    public async Task Writes_that_are_refused_leave_those_beside_them_alone()
    {
        await PutAsync("_design/foreign", "\"language\":\"javascript\",\"views\":{}");
        var writes = Enumerable.Range(0, 40).Select(async i =>
        {
            var good = PutAsync($"good-{i}", $"\"v\":{i}");
            var refused = await Assert.ThrowsAsync<DocumentStoreException>(
                () => IndexRequestAsync("""{"index":{"fields":["a"]},"ddoc":"foreign","name":"n"}"""));
            Assert.Equal("invalid_ddoc_lang", refused.Error);
            await good;
        });

        await Task.WhenAll(writes);

        var listed = await Store.ListAsync(Db, new ListQuery { StartKey = "good-", EndKey = "good-z" }, Ct);
        Assert.Equal(40, listed.Rows.Count);
        Assert.Equal(41, (await Store.GetInfoAsync(Db, Ct))!.DocumentCount);
    }

    [Fact]
    public async Task Indexes_of_one_design_document_come_and_go_with_it()
    {
        await IndexRequestAsync("""{"index":{"fields":["a"]},"ddoc":"d","name":"n1"}""");
        await IndexRequestAsync("""{"index":{"fields":["b"]},"ddoc":"d","name":"n2"}""");
        Assert.Equal("_all_docs(_id) _design/d/n1(a) _design/d/n2(b)", await IndexesAsync());

        Assert.True(await Store.DeleteIndexAsync(Db, "_design/d", "n1", Ct));
        Assert.False(await Store.DeleteIndexAsync(Db, "_design/d", "n1", Ct));
        Assert.False(await Store.DeleteIndexAsync(Db, "_design/x", "n2", Ct));
        Assert.Equal("_all_docs(_id) _design/d/n2(b)", await IndexesAsync());

        Assert.True(await Store.DeleteIndexAsync(Db, "_design/d", "n2", Ct));
        Assert.EndsWith("deleted", await WinnerAsync("_design/d"), StringComparison.Ordinal);
        Assert.Equal("_all_docs(_id)", await IndexesAsync());
        Assert.True((await IndexRequestAsync("""{"index":{"fields":["a"]},"ddoc":"d","name":"n1"}""")).Created);
    }

    [Fact]
    public async Task A_design_document_written_like_any_other_makes_its_indexes()
    {
        await PutAsync("1", "\"z\":1");
        var first = await PutAsync(
            "_design/own",
            Inside("""{"language":"query","views":{"m":{"map":{"fields":{"z":"asc"},"partial_filter_selector":{}},"reduce":"_count","options":{"def":{"fields":["z"]}}}}}"""));
        Assert.Equal("_all_docs(_id) _design/own/m(z)", await IndexesAsync());
        Assert.Equal("1", Ids(await IndexedAsync("""{"selector":{"z":1}}""")));

        await PutAsync("_design/own", "", first, deleted: true);
        Assert.Equal("_all_docs(_id)", await IndexesAsync());
        Assert.Equal(NoIndex, (await FindAsync("""{"selector":{"z":1}}""")).Warning);
    }

    [Fact]
    public async Task A_replicated_design_document_makes_its_indexes()
    {
        await PutAsync("1", "\"z\":1");
        await ReplicateAsync(Replicated(
            "_design/r",
            "2-b 1-a",
            Inside("""{"language":"query","views":{"m":{"map":{"fields":{"z":"asc"}},"reduce":"_count","options":{"def":{"fields":["z"]}}}}}""")));

        Assert.Equal("1", Ids(await IndexedAsync("""{"selector":{"z":1}}""")));
    }

    [Fact]
    public async Task A_design_document_in_another_language_takes_no_index()
    {
        await PutAsync("_design/js", "\"views\":{\"v\":{\"map\":\"function(d){emit(d.a)}\"}}");

        var failure = await FailsAsync(
            StoreError.InvalidDocument, () => IndexRequestAsync("""{"index":{"fields":["a"]},"ddoc":"js"}"""));

        Assert.Equal("invalid_ddoc_lang", failure.Error);
        Assert.Equal("_all_docs(_id)", await IndexesAsync());
    }

    [Theory]
    [InlineData("""{}""", "missing_required_key")]
    [InlineData("""{"index":1}""", "invalid_index")]
    [InlineData("""{"index":{}}""", "missing_required_key")]
    [InlineData("""{"index":{"fields":1}}""", "invalid_sort_json")]
    [InlineData("""{"index":{"fields":[1]}}""", "invalid_sort_field")]
    [InlineData("""{"index":{"fields":[""]}}""", "invalid_sort_field")]
    [InlineData("""{"index":{"fields":[{"a":"up"}]}}""", "invalid_sort_field")]
    [InlineData("""{"index":{"fields":["a",{"b":"desc"}]}}""", "unsupported_mixed_sort")]
    [InlineData("""{"index":{"fields":["a"],"x":1}}""", "invalid_key")]
    [InlineData("""{"index":{"fields":["a"]},"x":1}""", "invalid_key")]
    [InlineData("""{"index":{"fields":["a"]},"name":1}""", "invalid_string")]
    [InlineData("""{"index":{"fields":["a"]},"ddoc":""}""", "invalid_empty_string")]
    [InlineData("""{"index":{"fields":["a"]},"type":"nope"}""", "invalid_index")]
    [InlineData("""{"index":{"fields":["a"],"partial_filter_selector":1}}""", "invalid_selector_json")]
    [InlineData("""{"index":{"fields":["a"],"partial_filter_selector":{"$bad":1}}}""", "invalid_operator")]
    public void A_malformed_index_is_refused(string request, string error) => Assert.Equal(
        error, Assert.Throws<DocumentStoreException>(() => IndexRequest.Parse(Encoding.UTF8.GetBytes(request))).Error);

    [Theory]
    [InlineData("""{"selector":{},"limit":-1}""", "invalid_non_neg_integer")]
    [InlineData("""{"selector":{},"limit":"1"}""", "invalid_non_neg_integer")]
    [InlineData("""{"selector":{},"skip":1.0}""", "invalid_non_neg_integer")]
    [InlineData("""{"selector":{},"fields":"a"}""", "invalid_fields")]
    [InlineData("""{"selector":{},"fields":[1]}""", "invalid_field")]
    [InlineData("""{"selector":{},"fields":["a..b"]}""", "invalid_field_name")]
    [InlineData("""{"selector":{},"sort":{}}""", "invalid_sort_json")]
    [InlineData("""{"selector":{},"sort":[{"a":1}]}""", "invalid_sort_field")]
    [InlineData("""{"selector":{},"sort":["a",{"b":"desc"}]}""", "unsupported_mixed_sort")]
    [InlineData("""{"selector":{},"use_index":1}""", "invalid_index_name")]
    [InlineData("""{"selector":{},"use_index":["a","b","c"]}""", "invalid_index_name")]
    [InlineData("""{"selector":{},"conflicts":1}""", "invalid_boolean")]
    [InlineData("""{"selector":{},"execution_stats":"true"}""", "invalid_boolean")]
    [InlineData("""{"selector":{},"r":0}""", "invalid_pos_integer")]
    [InlineData("""{"selector":{},"bookmark":1}""", "invalid_bookmark")]
    [InlineData("""{"selector":{},"unknown":1}""", "invalid_key")]
    [InlineData("""{"limit":1}""", "missing_required_key")]
    [InlineData("""[]""", "bad_request")]
    [InlineData("""{""", "bad_request")]
    public void A_malformed_query_is_refused(string query, string error) => Assert.Equal(
        error, Assert.Throws<DocumentStoreException>(() => FindQuery.Parse(Encoding.UTF8.GetBytes(query))).Error);

    [Fact]
    public async Task An_index_follows_creation_change_deletion_and_conflicts()
    {
        await PutAsync("before", "\"n\":5");
        await IndexAsync("n");
        var one = await PutAsync("a", "\"n\":3");
        await PutAsync("b", "\"n\":1");
        await PutAsync("none", "\"m\":1");
        Assert.Equal("b a before", Ids(await IndexedAsync("""{"selector":{"n":{"$gt":0}}}""")));

        var two = await PutAsync("a", "\"n\":0.5", one);
        Assert.Equal("a b before", Ids(await IndexedAsync("""{"selector":{"n":{"$gt":0}}}""")));

        await PutAsync("a", "", two, deleted: true);
        Assert.Equal("b before", Ids(await IndexedAsync("""{"selector":{"n":{"$gt":0}}}""")));

        await ReplicateAsync(Replicated("b", "9-z", "\"n\":77"));
        Assert.Equal("before b", Ids(await IndexedAsync("""{"selector":{"n":{"$gt":0}}}""")));

        await PutAsync("b", "", Rev("9-z"), deleted: true);
        Assert.Equal("b before", Ids(await IndexedAsync("""{"selector":{"n":{"$gt":0}}}""")));
    }

    [Fact]
    public async Task A_sort_takes_an_index_that_begins_with_its_fields()
    {
        await SeedPeopleAsync();
        await IndexAsync("city", "age");

        Assert.Equal("3 1 5 2 4", Ids(await IndexedAsync("""{"selector":{"city":{"$gt":null}},"sort":["city","age"]}""")));
        Assert.Equal(
            "4 2 5 1 3", Ids(await IndexedAsync("""{"selector":{"city":{"$gt":null}},"sort":[{"city":"desc"},{"age":"desc"}]}""")));
        Assert.Equal("5 2", Ids(await IndexedAsync("""{"selector":{"city":"Nice"},"sort":["age"]}""")));
        await FailsAsync(StoreError.InvalidDocument, () => FindAsync("""{"selector":{"city":{"$gt":null}},"sort":["age"]}"""));
        await FailsAsync(StoreError.InvalidDocument, () => FindAsync("""{"selector":{},"sort":["name"]}"""));
    }

    [Fact]
    public async Task Strings_sort_by_collation_and_equal_ones_by_id()
    {
        string[] words = ["b", "B", "a", "A", "é", "e", "E", "f", "-", "1", "ä", "z", "Z", "\\u0001"];
        for (var i = 0; i < words.Length; i++)
            await PutAsync($"w{i:00}", $"\"w\":\"{words[i]}\"");
        await PutAsync("x2", "\"w\":\"e\u0301\"");
        await IndexAsync("w");

        var found = await IndexedAsync("""{"selector":{"w":{"$gt":null}},"sort":["w"],"fields":["w"],"limit":100}""");

        Assert.Equal(
            """[{"w":"\u0001"},{"w":"-"},{"w":"1"},{"w":"a"},{"w":"A"},{"w":"ä"},{"w":"b"},{"w":"B"},{"w":"e"},{"w":"E"},{"w":"é"},{"w":"é"},{"w":"f"},{"w":"z"},{"w":"Z"}]""",
            Documents(found));
    }

    [Theory]
    [InlineData(1, """["n"]""")]
    [InlineData(3, """["n"]""")]
    [InlineData(3, """[{"n":"desc"}]""")]
    [InlineData(10, """["n"]""")]
    [InlineData(100, """["n"]""")]
    [InlineData(3, "[]")]
    public async Task Bookmarks_lead_through_all_results_once(int limit, string sort)
    {
        await Store.EditAsync(
            Db, [.. Enumerable.Range(0, 20).Select(i => new DocumentEdit($"d{i:00}", null, false, Json($"\"n\":{i / 3}")))], Ct);
        await IndexAsync("n");
        var expected = Enumerable.Range(0, 20).Select(i => $"d{i:00}");
        if (sort.Contains("desc", StringComparison.Ordinal))
            expected = expected.Reverse();

        var seen = new List<string>();
        string? bookmark = null;
        FindResult page;
        do
        {
            var option = bookmark is null ? "" : $",\"bookmark\":\"{bookmark}\"";
            page = await FindAsync($"{{\"selector\":{{\"n\":{{\"$gte\":0}}}},\"sort\":{sort},\"limit\":{limit}{option}}}");
            seen.AddRange(Ids(page).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            bookmark = page.Bookmark;
        }
        while (page.Documents.Count == limit);

        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task Skip_and_limit_count_matching_documents()
    {
        await Store.EditAsync(
            Db, [.. Enumerable.Range(0, 10).Select(i => new DocumentEdit($"d{i}", null, false, Json($"\"n\":{i},\"odd\":{i % 2}")))], Ct);
        await IndexAsync("n");

        Assert.Equal("d3 d5", Ids(await FindAsync("""{"selector":{"n":{"$gt":0},"odd":1},"skip":1,"limit":2}""")));
        var none = await FindAsync("""{"selector":{"n":{"$gt":0}},"limit":0}""");
        Assert.Equal((0, "nil"), (none.Documents.Count, none.Bookmark));
        Assert.Equal("", Ids(await FindAsync("""{"selector":{"n":{"$gt":0}},"skip":100}""")));
    }

    [Fact]
    public async Task A_bookmark_that_is_none_is_refused()
    {
        await PutAsync("a", "\"n\":1");

        var failure = await FailsAsync(StoreError.InvalidDocument, () => FindAsync("""{"selector":{},"bookmark":"x"}"""));

        Assert.Equal("invalid_bookmark", failure.Error);
    }

    [Fact]
    public async Task A_partial_index_is_used_only_when_asked_for()
    {
        await SeedPeopleAsync();
        await IndexRequestAsync("""{"index":{"fields":["age"],"partial_filter_selector":{"city":"Nice"}},"ddoc":"nice","name":"nice"}""");

        var without = await FindAsync("""{"selector":{"age":{"$gt":0}}}""");
        Assert.Equal(("1 2 3 4 5", NoIndex), (Ids(without), without.Warning));
        Assert.Equal("5 2", Ids(await IndexedAsync("""{"selector":{"age":{"$gt":0}},"use_index":"nice"}""")));

        var moved = (await GetAsync("5"))!.Revision;
        await PutAsync("5", "\"age\":20,\"city\":\"Lyon\"", moved);
        Assert.Equal("2", Ids(await IndexedAsync("""{"selector":{"age":{"$gt":0}},"use_index":["nice","nice"]}""")));
    }

    [Fact]
    public async Task An_index_hint_that_does_not_fit_is_told_or_refused()
    {
        await SeedPeopleAsync();
        await IndexAsync("age");

        var told = await FindAsync("""{"selector":{"age":20},"use_index":"zz"}""");
        Assert.Equal("_design/zz was not used because it does not contain a valid index for this query.", told.Warning);
        var named = await FindAsync("""{"selector":{"city":"Nice"},"use_index":["age","age"]}""");
        Assert.Equal($"_design/age, age was not used because it is not a valid index for this query.\n{NoIndex}", named.Warning);
        var refused = await FailsAsync(
            StoreError.InvalidDocument,
            () => FindAsync("""{"selector":{"age":20},"use_index":"zz","allow_fallback":false}"""));
        Assert.Equal("invalid_index", refused.Error);
        Assert.Null((await FindAsync("""{"selector":{"age":20},"use_index":"_design/age"}""")).Warning);
    }

    [Fact]
    public async Task The_index_that_fits_best_is_chosen()
    {
        await SeedPeopleAsync();
        await IndexAsync("age");
        await IndexAsync("city", "age");
        await IndexAsync("city");

        Assert.Contains("\"name\":\"city\"", await ExplainAsync("""{"selector":{"city":"Nice"}}"""), StringComparison.Ordinal);
        Assert.Contains("\"name\":\"city-age\"", await ExplainAsync("""{"selector":{"city":"Nice","age":1}}"""), StringComparison.Ordinal);
        Assert.Contains("\"name\":\"age\"", await ExplainAsync("""{"selector":{"age":{"$gt":1}}}"""), StringComparison.Ordinal);
        Assert.Contains("\"name\":\"_all_docs\"", await ExplainAsync("""{"selector":{"name":"x"}}"""), StringComparison.Ordinal);
        Assert.Contains("\"index\":null", await ExplainAsync("""{"selector":{"name":"x"},"sort":["name"]}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statistics_count_what_was_read()
    {
        await SeedPeopleAsync();
        await IndexAsync("age");

        var indexed = (await FindAsync("""{"selector":{"age":20},"execution_stats":true}""")).Statistics!;
        var covered = (await FindAsync("""{"selector":{"age":20},"fields":["age"],"execution_stats":true}""")).Statistics!;
        var quorum = (await FindAsync("""{"selector":{"age":20},"r":2,"execution_stats":true}""")).Statistics!;

        Assert.Equal((2, 2, 2), (indexed.KeysExamined, indexed.DocumentsExamined, indexed.ResultsReturned));
        Assert.Equal((2, 0, 2), (covered.KeysExamined, covered.DocumentsExamined, covered.ResultsReturned));
        Assert.Equal((0, 2), (quorum.DocumentsExamined, quorum.ResultsReturned));
    }

    [Fact]
    public async Task Many_documents_for_few_results_are_warned_of()
    {
        await Store.EditAsync(
            Db, [.. Enumerable.Range(0, 30).Select(i => new DocumentEdit($"d{i}", null, false, Json($"\"n\":{i}")))], Ct);

        Assert.EndsWith("more specific index to improve this.", (await FindAsync("""{"selector":{"n":7}}""")).Warning, StringComparison.Ordinal);
        Assert.Equal(NoIndex, (await FindAsync("""{"selector":{"n":{"$gt":7}}}""")).Warning);
    }

    [Fact]
    public async Task Conflicts_are_told_on_demand_and_can_be_asked_for()
    {
        await ReplicateAsync(Replicated("a", "1-a", "\"n\":1"), Replicated("a", "1-b", "\"n\":2"));
        await PutAsync("b", "\"n\":3");

        Assert.Equal("""[{"_id":"a","_rev":"1-b","n":2}]""", Documents(await FindAsync("""{"selector":{"_id":"a"}}""")));
        Assert.Equal(
            """[{"_id":"a","_conflicts":["1-a"]}]""",
            Documents(await FindAsync("""{"selector":{"_conflicts":{"$exists":true}},"conflicts":true,"fields":["_id","_conflicts"]}""")));
    }

    [Theory]
    [InlineData("""["y.z"]""", """{"y":{"z":2}}""")]
    [InlineData("""["y.z","y.w"]""", """{"y":{"z":2,"w":{"q":3}}}""")]
    [InlineData("""["y.z","y"]""", """{"y":{"z":2,"w":{"q":3}}}""")]
    [InlineData("""["a\\.b","x"]""", """{"a.b":4,"x":1}""")]
    [InlineData("""["arr.0","arr.1.k"]""", """{"arr":{"0":{"k":1},"1":{"k":2}}}""")]
    [InlineData("""["x","x","nope"]""", """{"x":1}""")]
    [InlineData("""["nope.deep"]""", """{}""")]
    [InlineData("""["_id","x"]""", """{"_id":"a","x":1}""")]
    public async Task Fields_come_in_the_order_asked_for(string fields, string expected)
    {
        await PutAsync("a", Inside("""{"x":1,"y":{"z":2,"w":{"q":3}},"a.b":4,"arr":[{"k":1},{"k":2}]}"""));

        Assert.Equal($"[{expected}]", Documents(await FindAsync($$"""{"selector":{"x":1},"fields":{{fields}}}""")));
    }

    [Fact]
    public async Task An_index_on_nested_and_escaped_fields_serves_them()
    {
        await PutAsync("a", Inside("""{"p":{"q":5},"p.q":6}"""));
        await IndexAsync("p.q");
        await IndexRequestAsync("""{"index":{"fields":["p\\.q"]},"ddoc":"esc","name":"esc"}""");

        Assert.Equal("a", Ids(await IndexedAsync("""{"selector":{"p.q":5}}""")));
        Assert.Equal("a", Ids(await IndexedAsync("""{"selector":{"p":{"q":5}}}""")));
        Assert.Equal("a", Ids(await IndexedAsync("""{"selector":{"p\\.q":6}}""")));
        Assert.Equal("", Ids(await IndexedAsync("""{"selector":{"p.q":6}}""")));
    }

    [Fact]
    public async Task Design_documents_are_never_found()
    {
        await IndexAsync("n");
        await PutAsync("a", "\"n\":1");

        Assert.Equal("a", Ids(await FindAsync("""{"selector":{}}""")));
        Assert.Equal("", Ids(await FindAsync("""{"selector":{"language":"query"}}""")));
        Assert.Equal("", Ids(await FindAsync("""{"selector":{"_id":"_design/n"}}""")));
    }

    [Fact]
    public async Task A_database_deleted_and_made_again_has_no_indexes()
    {
        await IndexAsync("n");
        await PutAsync("a", "\"n\":1");
        await Store.DeleteDatabaseAsync(Db, Ct);
        await Store.CreateDatabaseAsync(Db, Ct);

        Assert.Equal("_all_docs(_id)", await IndexesAsync());
        Assert.Equal("", Ids(await FindAsync("""{"selector":{"n":1}}""")));
    }

    /// <summary>The members of an object, without its braces.</summary>
    private static string Inside(string json) => json[1..^1];

    private async Task SeedPeopleAsync()
    {
        await PutAsync("1", Inside("""{"age":20,"city":"Lyon"}"""));
        await PutAsync("2", Inside("""{"age":30,"city":"Nice"}"""));
        await PutAsync("3", Inside("""{"age":10,"city":"Lyon"}"""));
        await PutAsync("4", Inside("""{"age":40,"city":"Paris"}"""));
        await PutAsync("5", Inside("""{"age":20,"city":"Nice"}"""));
    }

    private async Task<FindResult> IndexedAsync(string query)
    {
        var result = await FindAsync(query);
        Assert.DoesNotContain(NoIndex, result.Warning ?? "", StringComparison.Ordinal);
        return result;
    }

    private async Task<string> ExplainAsync(string query) => Encoding.UTF8.GetString(
        (await Store.ExplainAsync(Db, FindQuery.Parse(Encoding.UTF8.GetBytes(query)), Ct)).Span);

    private async Task<string> IndexesAsync() => string.Join(' ', (await Store.ListIndexesAsync(Db, Ct)).Select(index =>
        $"{(index.DesignDocument is null ? "" : index.DesignDocument + "/")}{index.Name}({string.Join(',', index.Fields.Select(field => field.Field))})"));
}
