using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cozy.Storage.Documents;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

public sealed class DocumentCodecTests
{
    private static readonly byte[] Mutations = [.. "{}[]\",:\\u019eE+-. tn\u0001"u8, 0xff];

    [Theory]
    [InlineData(1, "0123456789abcdef0123456789abcdef")]
    [InlineData(int.MaxValue, "0123456789abcdef0123456789abcdef")]
    [InlineData(2, "0123456789abcdef0123456789abcde\"")]
    [InlineData(3, "a\"b\\é")]
    [InlineData(0, "")]
    public void A_revision_is_written_as_a_string_of_its_text(int generation, string hash)
    {
        var (revision, output) = (new Revision(generation, hash), new ArrayBufferWriter<byte>());
        revision.WriteTo(output);
        Assert.Equal(revision.ToString(), JsonSerializer.Deserialize<string>(output.WrittenSpan));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("-1", "-1")]
    [InlineData("1.0", "1.0")]
    [InlineData("-1.0", "-1.0")]
    [InlineData("-0.0", "0.0")]
    [InlineData("1e0", "1.0")]
    [InlineData("1E0", "1.0")]
    [InlineData("1e+1", "10.0")]
    [InlineData("1e-1", "0.1")]
    [InlineData("1e3", "1000.0")]
    [InlineData("1e20", "100000000000000000000.0")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1e23", "1e+23")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("5e-324", "0.0")]
    [InlineData("-5e-324", "0.0")]
    [InlineData("2.2250738585072014e-308", "2.2250738585072014e-308")]
    [InlineData("1e-400", "0.0")]
    [InlineData("1e-6", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("-1.5e-9", "-1.5e-9")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    [InlineData("0.1234567890123456789", "0.12345678901234568")]
    [InlineData("123456789.123456789", "123456789.12345679")]
    [InlineData("99999999999999.99", "99999999999999.98")]
    [InlineData("9999999999999999.0", "10000000000000000.0")]
    [InlineData("9223372036854775808", "9223372036854775808")]
    [InlineData("-9007199254740993", "-9007199254740993")]
    [InlineData("1.10", "1.1")]
    [InlineData("100e-2", "1.0")]
    [InlineData("0e10", "0.0")]
    [InlineData("1e02", "100.0")]
    [InlineData("12345678.9", "12345678.9")]
    [InlineData("1e+", "1.0")]
    public void Numbers_get_CouchDBs_spelling(string sent, string kept) =>
        Assert.Equal($"\"v\":{kept},\"w\":[{kept}]", Members($$"""{"v":{{sent}},"w":[{{sent}} ]}"""));

    [Theory]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("+1")]
    [InlineData("1e")]
    [InlineData("-")]
    [InlineData("--1")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    [InlineData("1e400")]
    [InlineData("-1e309")]
    [InlineData("1.e5")]
    [InlineData("1_000")]
    [InlineData("0.0.0")]
    [InlineData("1e5.5")]
    public void Numbers_that_are_not_JSON_are_refused(string number) => AssertNotJson($$"""{"v":{{number}}}""");

    [Theory]
    [InlineData("\"\\u0041\\/\"", "\"A/\"")]
    [InlineData("\"\\u00e9é\"", "\"éé\"")]
    [InlineData("\"\\b\\f\\n\\r\\t\\\"\\\\\"", "\"\\b\\f\\n\\r\\t\\\"\\\\\"")]
    [InlineData("\"\\u0008\\u000C\\u000a\\u000D\\u0009\\u0022\\u005c\"", "\"\\b\\f\\n\\r\\t\\\"\\\\\"")]
    [InlineData("\"\\u0000\\u001f\\u007f\"", "\"\\u0000\\u001F\u007f\"")]
    [InlineData("\"\\ud83d\\ude00\"", "\"😀\"")]
    [InlineData("\"\\udbff\\udfff\"", "\"\U0010FFFF\"")]
    [InlineData("\"\\u2028\\uFEFF\"", "\"\u2028\uFEFF\"")]
    [InlineData("\"\\ufffe\\uffff\"", "\"\uFFFE\uFFFF\"")]
    [InlineData("\"<script>&'\"", "\"<script>&'\"")]
    public void Strings_get_CouchDBs_spelling(string sent, string kept) =>
        Assert.Equal($"\"v\":{kept}", Members($$"""{"v":{{sent}}}"""));

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\"")]
    [InlineData("\"\\ud800a\"")]
    [InlineData("\"\\udc00\\ud800\"")]
    [InlineData("\"\\ud83d\\u0041\"")]
    [InlineData("\"\\ud83d\\n\"")]
    [InlineData("\"\\x41\"")]
    [InlineData("\"\\u12\"")]
    [InlineData("\"\\u12G4\"")]
    [InlineData("\"\\u 041\"")]
    [InlineData("\"\\U0041\"")]
    [InlineData("\"\\\"")]
    [InlineData("\"a")]
    [InlineData("'a'")]
    [InlineData("\"a\nb\"")]
    [InlineData("\"a\tb\"")]
    [InlineData("\"a\0b\"")]
    public void Strings_that_are_not_JSON_are_refused(string text) => AssertNotJson($$"""{"v":{{text}}}""");

    [Theory]
    [InlineData("ff")]
    [InlineData("c3")]
    [InlineData("c328")]
    [InlineData("a0")]
    [InlineData("e228a1")]
    [InlineData("eda080")]
    [InlineData("f4908080")]
    [InlineData("c080")]
    [InlineData("e080af")]
    [InlineData("f888808080")]
    [InlineData("f09f98")]
    public void Bytes_that_are_not_UTF8_are_refused(string hex)
    {
        byte[] json = [.. "{\"v\":\""u8, .. Convert.FromHexString(hex), .. "\"}"u8];
        Assert.Equal("invalid UTF-8 JSON", Assert.Throws<DocumentStoreException>(() => DocumentCodec.Parse(json)).Reason);
    }

    [Theory]
    [InlineData("""{"b":1,"a":2,"c":3}""", "\"b\":1,\"a\":2,\"c\":3")]
    [InlineData("""{"a":1,"a":2}""", "\"a\":2")]
    [InlineData("""{"a":1,"b":2,"a":3}""", "\"b\":2,\"a\":3")]
    [InlineData("""{"a":{"b":1,"b":2}}""", "\"a\":{\"b\":2}")]
    [InlineData("""{"a":[{"x":1,"y":{"z":1,"z":[]},"x":{}}],"c":0}""", "\"a\":[{\"y\":{\"z\":[]},\"x\":{}}],\"c\":0")]
    [InlineData("""{"é":1,"\u00e9":2}""", "\"é\":2")]
    [InlineData("""{"":1," ":2}""", "\"\":1,\" \":2")]
    [InlineData(" {\t\"a\" :\r\n[ 1 , 2 ] , \"b\" : { } , \"c\" : [ ] } \n", "\"a\":[1,2],\"b\":{},\"c\":[]")]
    [InlineData("""{"a":null,"b":true,"c":false}""", "\"a\":null,\"b\":true,\"c\":false")]
    [InlineData("""{"\u0000":1,"a\nb":2}""", "\"\\u0000\":1,\"a\\nb\":2")]
    [InlineData("""{"a":{"_foo":1,"_id":"x","_rev":2}}""", "\"a\":{\"_foo\":1,\"_id\":\"x\",\"_rev\":2}")]
    [InlineData("{}", "")]
    [InlineData("""{"_id":"a"}""", "")]
    [InlineData("""{"x":1,"_id":"a","y":2}""", "\"x\":1,\"y\":2")]
    [InlineData("""{"_rev":"1-a","x":1}""", "\"x\":1")]
    [InlineData("""{"x":1,"_deleted":true}""", "\"x\":1")]
    public void Objects_keep_their_keys_in_order_and_once(string sent, string kept) => Assert.Equal(kept, Members(sent));

    [Fact]
    public void Duplicates_in_a_wide_object_are_found_too()
    {
        var sent = new StringBuilder("{");
        for (var i = 0; i < 1000; i++)
            sent.Append(CultureInfo.InvariantCulture, $"\"k{i % 700}\":{i},");
        var members = Members(sent.Append("\"z\":0}").ToString());
        var keys = JsonDocument.Parse("{" + members + "}").RootElement.EnumerateObject().Select(m => m.Name).ToArray();
        Assert.Equal(701, keys.Length);
        Assert.Equal("k300", keys[0]);
        Assert.Equal("z", keys[^1]);
        Assert.Contains("\"k0\":700", members, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("[1,]")]
    [InlineData("{a:1}")]
    [InlineData("{'a':1}")]
    [InlineData("nul")]
    [InlineData("True")]
    [InlineData("{\"a\":1}}")]
    [InlineData("[")]
    [InlineData("[}")]
    [InlineData("{]")]
    [InlineData("{\"a\":1 \"b\":2}")]
    [InlineData("{\"a\":1]")]
    [InlineData("{\"a\":undefined}")]
    [InlineData("// c\n{}")]
    [InlineData("{\"a\":1}//")]
    [InlineData("\uFEFF{}")]
    [InlineData("\"a\" \"b\"")]
    [InlineData("{,}")]
    [InlineData("[,]")]
    [InlineData("{\"a\":1,,\"b\":2}")]
    [InlineData("{\"a\":\u00a01}")]
    [InlineData("{\"a\":1\f}")]
    [InlineData("{}{}")]
    [InlineData("nullx")]
    [InlineData("{\"a\":nullx}")]
    public void What_is_not_JSON_is_refused(string json) => AssertNotJson(json);

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("1.5")]
    [InlineData("\"x\"")]
    [InlineData("null")]
    [InlineData("[{}]")]
    public void What_is_not_an_object_is_refused(string json) =>
        AssertRefused(json, "bad_request", "Document must be a JSON object");

    [Theory]
    [InlineData("""{"_foo":1}""", "doc_validation", "Bad special document member: _foo")]
    [InlineData("""{"_":1}""", "doc_validation", "Bad special document member: _")]
    [InlineData("""{"x":1,"\u005fid2":1}""", "doc_validation", "Bad special document member: _id2")]
    [InlineData("""{"_é":1}""", "doc_validation", "Bad special document member: _é")]
    [InlineData("""{"_type":"x"}""", "doc_validation", "Bad special document member: _type")]
    [InlineData("""{"_deleted":1}""", "doc_validation", "Bad special document member: _deleted")]
    [InlineData("""{"_deleted":null}""", "doc_validation", "Bad special document member: _deleted")]
    [InlineData("""{"_rev":null}""", "bad_request", "Invalid rev format")]
    [InlineData("""{"_rev":1}""", "bad_request", "Invalid rev format")]
    [InlineData("""{"_rev":"x"}""", "bad_request", "Invalid rev format")]
    [InlineData("""{"_rev":""}""", "bad_request", "Invalid rev format")]
    [InlineData("""{"_rev":"-a"}""", "bad_request", "Invalid rev format")]
    [InlineData("""{"_rev":"1-gaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", "bad_request", "Invalid rev format")]
    [InlineData("""{"_rev":"-1-a"}""", "bad_request", "Invalid rev format")]
    [InlineData("""{"_rev":"1.5-a"}""", "bad_request", "Invalid rev format")]
    [InlineData("""{"_rev":"99999999999-a"}""", "bad_request", "Invalid rev format")]
    [InlineData("""{"_id":1}""", "illegal_docid", "Document id must be a string")]
    [InlineData("""{"_id":null}""", "illegal_docid", "Document id must be a string")]
    [InlineData("""{"_revisions":1}""", "doc_validation", "Bad special document member: _revisions")]
    [InlineData("""{"_revisions":{}}""", "doc_validation", "_revisions.start isn't an integer.")]
    [InlineData("""{"_revisions":{"start":"2","ids":[]}}""", "doc_validation", "_revisions.start isn't an integer.")]
    [InlineData("""{"_revisions":{"start":2.0,"ids":[]}}""", "doc_validation", "_revisions.start isn't an integer.")]
    [InlineData("""{"_revisions":{"start":2}}""", "doc_validation", "_revisions.ids isn't a array.")]
    [InlineData("""{"_revisions":{"start":2,"ids":"b"}}""", "doc_validation", "_revisions.ids isn't a array.")]
    [InlineData("""{"_revisions":{"start":2,"ids":[1]}}""", "doc_validation", "RevId isn't a string")]
    [InlineData("""{"_attachments":1}""", "doc_validation", "Bad special document member: _attachments")]
    [InlineData("""{"_attachments":[]}""", "doc_validation", "Bad special document member: _attachments")]
    [InlineData("""{"_attachments":{"a":{}}}""", "bad_request", "Invalid attachment data for a")]
    [InlineData("""{"_attachments":{"a":{"stub":true}}}""", "bad_request", "Attachments are not supported here.")]
    [InlineData("""{"_attachments":{"_a":{"data":""}}}""", "bad_request", "Attachment name '_a' starts with prohibited character '_'")]
    [InlineData("""{"_attachments":{"a":{"data":"*"}}}""", "bad_request", "Invalid attachment data for a")]
    [InlineData("""{"_attachments":{"a":{"data":"","content_type":"a\r\nb"}}}""", "bad_request", "Invalid attachment data for a")]
    public void Special_members_that_are_unknown_or_malformed_are_refused(string json, string error, string reason) =>
        AssertRefused(json, error, reason);

    [Theory]
    [InlineData("""{"_revs_info":[{"rev":"1-a","status":"available"}],"x":1}""")]
    [InlineData("""{"_conflicts":["1-a"],"x":1}""")]
    [InlineData("""{"_deleted_conflicts":[],"x":1}""")]
    [InlineData("""{"_local_seq":5,"x":1}""")]
    [InlineData("""{"_attachments":{},"x":1}""")]
    [InlineData("""{"_deleted":false,"x":1}""")]
    [InlineData("""{"_foo":1,"x":1,"_foo":2}""")]
    public void What_a_read_adds_is_ignored_on_write(string json)
    {
        if (json.Contains("_foo", StringComparison.Ordinal))
            AssertRefused(json, "doc_validation", "Bad special document member: _foo");
        else
            Assert.Equal("\"x\":1", Members(json));
    }

    [Fact]
    public void Members_of_the_replicator_are_kept() =>
        Assert.Equal("\"_replication_id\":\"x\",\"_access\":[]", Members("""{"_replication_id":"x","_id":"a","_access":[]}"""));

    [Fact]
    public void The_type_is_dropped_where_the_caller_says_so()
    {
        var parsed = DocumentCodec.Parse("""{"_type":"io.cozy.x","a":1}"""u8, ParseOptions.IgnoringType);
        Assert.Equal("\"a\":1", Encoding.UTF8.GetString(parsed.Members.Span));
    }

    [Fact]
    public void The_databases_own_members_are_read()
    {
        var parsed = DocumentCodec.Parse(
            """{"_rev":"1-x","a":1,"_id":"q\u00e9\n","_rev":"3-c","_deleted":true,"_revisions":{"start":3,"ids":["c","b","A0B0C0D0E0F00102030405060708090A"]}}"""u8);
        Assert.Equal("qé\n", parsed.Id);
        Assert.Equal("3-c", parsed.Revision);
        Assert.True(parsed.Deleted);
        Assert.Equal([new(3, "c"), new(2, "b"), new(1, "a0b0c0d0e0f00102030405060708090a")], parsed.Revisions!);
    }

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    [InlineData(5_000_000, false)]
    public void Nesting_is_bounded_and_does_not_exhaust_the_stack(int depth, bool accepted)
    {
        var json = "{\"v\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}";
        if (accepted)
            Assert.Equal(json[1..^1], Members(json));
        else
            AssertNotJson(json);
    }

    [Theory]
    [InlineData("_revisions", "_revisions.start isn't an integer.")]
    [InlineData("_attachments", "Invalid attachment data for a")]
    public void Special_members_may_nest_as_deeply_as_others(string member, string reason)
    {
        var json = "{\"" + member + "\":{\"a\":{\"b\":" + new string('[', 500) + new string(']', 500) + "}}}";
        var refused = Assert.Throws<DocumentStoreException>(() => DocumentCodec.Parse(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(reason, refused.Reason);
    }

    [Fact]
    public void The_bound_on_nesting_can_be_raised()
    {
        var json = string.Concat(Enumerable.Repeat("{\"v\":", 100_000)) + "1" + new string('}', 100_000);
        Assert.Equal(json[1..^1], Encoding.UTF8.GetString(
            DocumentCodec.Parse(Encoding.UTF8.GetBytes(json), new ParseOptions { MaxDepth = 100_000 }).Members.Span));
    }

    [Fact]
    public void Long_strings_and_numbers_are_kept_exactly()
    {
        var text = new string('x', 1_000_000) + "é\\n" + new string('y', 100_000);
        var number = new string('9', 400);
        Assert.Equal($"\"s\":\"{text}\",\"n\":{number}", Members($$"""{"s":"{{text}}","n":{{number}}}"""));
    }

    [Fact]
    public void A_document_is_written_in_CouchDBs_order()
    {
        var document = new StoredDocument("a\"é", new Revision(2, "b"), true, "\"x\":1"u8.ToArray())
        {
            Details = new DocumentDetails
            {
                Revisions = [new(2, "b"), new(1, "a")],
                RevisionsInfo = [new(new(2, "b"), "deleted"), new(new(1, "a"), "missing")],
                Conflicts = [new(1, "z")],
                DeletedConflicts = [],
                LocalSequence = 7,
            },
        };
        var output = new ArrayBufferWriter<byte>();
        DocumentCodec.Write(output, document, "io.cozy.t");
        Assert.Equal(
            """{"_id":"a\"é","_rev":"2-b","_type":"io.cozy.t","x":1,"_deleted":true,"_revisions":{"start":2,"ids":["b","a"]},"_revs_info":[{"rev":"2-b","status":"deleted"},{"rev":"1-a","status":"missing"}],"_conflicts":["1-z"],"_local_seq":7}""",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_document_without_members_is_written()
    {
        var output = new ArrayBufferWriter<byte>();
        DocumentCodec.Write(output, new StoredDocument("a", new Revision(1, ""), false, default));
        Assert.Equal("""{"_id":"a","_rev":"1-"}""", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void A_local_document_is_written_with_its_prefix()
    {
        var output = new ArrayBufferWriter<byte>();
        DocumentCodec.Write(output, new LocalDocument("cp", "0-2", "\"seq\":3"u8.ToArray()));
        Assert.Equal("""{"_id":"_local/cp","_rev":"0-2","seq":3}""", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Canonical_text_is_its_own_canonical_form_and_means_the_same()
    {
        var random = new Random(20_260_101);
        for (var i = 0; i < 3_000; i++)
        {
            var json = RandomJson.Object(random, 4);
            var once = DocumentCodec.Canonicalize(json);
            Assert.Equal(once, DocumentCodec.Canonicalize(once));
            Assert.True(JsonElement.DeepEquals(RandomJson.LastWins(json), RandomJson.LastWins(once)));
        }
    }

    [Fact]
    public void Mutated_text_is_accepted_exactly_when_a_strict_reader_accepts_it()
    {
        var random = new Random(7);
        var accepted = 0;
        for (var i = 0; i < 30_000; i++)
        {
            var json = RandomJson.Object(random, 3);
            for (var m = random.Next(3); m >= 0; m--)
                json[random.Next(json.Length)] = Mutations[random.Next(Mutations.Length)];
            var expected = RandomJson.IsStrictJson(json);
            accepted += expected ? 1 : 0;
            Assert.True(expected == Accepts(json), Convert.ToBase64String(json));
        }

        Assert.InRange(accepted, 100, 29_000);
    }

    private static bool Accepts(byte[] json)
    {
        try
        {
            DocumentCodec.Canonicalize(json);
            return true;
        }
        catch (DocumentStoreException)
        {
            return false;
        }
    }

    private static string Members(string json) =>
        Encoding.UTF8.GetString(DocumentCodec.Parse(Encoding.UTF8.GetBytes(json)).Members.Span);

    private static void AssertNotJson(string json) => AssertRefused(json, "bad_request", "invalid UTF-8 JSON");

    private static void AssertRefused(string json, string error, string reason)
    {
        var refused = Assert.Throws<DocumentStoreException>(() => DocumentCodec.Parse(Encoding.UTF8.GetBytes(json)));
        Assert.Equal((StoreError.InvalidDocument, error, reason), (refused.Kind, refused.Error, refused.Reason));
    }
}
