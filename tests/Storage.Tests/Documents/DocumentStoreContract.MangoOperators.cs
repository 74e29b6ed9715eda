using System.Text;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Xunit;

namespace Cozy.Storage.Tests.Documents;

/// <content>Mango: what each operator selects, without an index and with one.</content>
public abstract partial class DocumentStoreContract
{
    /// <summary>One document for each, called by the letter; <c>z</c> has no <c>v</c>.</summary>
    private const string Values = """
        a null
        b false
        c true
        d -1
        e 0
        f 1
        g 1.0
        h 1.5
        i 100
        j ""
        k "a"
        l "A"
        m "b"
        n "é"
        o []
        p [1]
        q [1,"a"]
        r {}
        s {"a":1}
        t {"a":1,"b":2}
        u 9007199254740993
        w 9007199254740992.0
        x "abc"
        y [[1],{"k":"x"}]
        """;

    /// <summary>A condition on <c>v</c>, or a whole selector, and the letters of what it selects.</summary>
    private const string Operators = """
        {"$eq":null} => a
        {"$eq":1} => fg
        {"$eq":1.0} => fg
        {"$eq":"a"} => k
        {"$eq":"é"} => n
        {"$eq":[]} => o
        {"$eq":[1.0]} => p
        {"$eq":{"a":1,"b":2}} => t
        {"$eq":{"b":2,"a":1}} =>
        {"$eq":{}} => r
        {"$eq":9007199254740993} => u
        {"$eq":9007199254740992} => w
        null => a
        {} => r
        [1] => p
        {"$ne":1} => abcdehijklmnopqrstuwxy
        {"$ne":null} => bcdefghijklmnopqrstuwxy
        {"$lt":null} =>
        {"$lt":false} => a
        {"$lt":0} => abcd
        {"$lt":1} => abcde
        {"$lt":"a"} => abcdefghijuw
        {"$lt":[]} => abcdefghijklmnuwx
        {"$lt":{}} => abcdefghijklmnopquwxy
        {"$lte":null} => a
        {"$lte":1} => abcdefg
        {"$lte":"A"} => abcdefghijkluw
        {"$lte":{}} => abcdefghijklmnopqruwxy
        {"$gt":null} => bcdefghijklmnopqrstuwxy
        {"$gt":true} => defghijklmnopqrstuwxy
        {"$gt":1} => hijklmnopqrstuwxy
        {"$gt":9007199254740992} => jklmnopqrstuxy
        {"$gt":"a"} => lmnopqrstxy
        {"$gt":"b"} => nopqrsty
        {"$gt":[1]} => qrsty
        {"$gt":{"a":1}} => t
        {"$gte":100} => ijklmnopqrstuwxy
        {"$gte":9007199254740992.0} => jklmnopqrstuwxy
        {"$gte":"A"} => lmnopqrstxy
        {"$gte":[1,"a"]} => qrsty
        {"$gte":{"a":1}} => st
        {"$gt":0,"$lt":100} => fgh
        {"$gte":"a","$lt":"b"} => klx
        {"$gt":5,"$lt":3} =>
        {"$eq":1,"$ne":1} =>
        {"$exists":true} => abcdefghijklmnopqrstuwxy
        {"$exists":false} => z
        {"$type":"null"} => a
        {"$type":"boolean"} => bc
        {"$type":"number"} => defghiuw
        {"$type":"string"} => jklmnx
        {"$type":"array"} => opqy
        {"$type":"object"} => rst
        {"$type":"nothing"} =>
        {"$in":[]} =>
        {"$in":[1]} => fgpq
        {"$in":[1,"a"]} => fgkpq
        {"$in":[null,true]} => ac
        {"$in":[[1]]} => y
        {"$in":[{"a":1},{}]} => rs
        {"$in":[2,3,4,5,6,7,8,9,10,100]} => i
        {"$in":["é","2","3","4","5","6","7","8","9","10"]} => n
        {"$nin":[]} => abcdefghijklmnopqrstuwxy
        {"$nin":[1,"a"]} => abcdehijlmnorstuwxy
        {"$nin":[null]} => bcdefghijklmnopqrstuwxy
        {"$size":0} => o
        {"$size":2} => qy
        {"$size":9} =>
        {"$mod":[2,0]} => ei
        {"$mod":[2,1]} => fu
        {"$mod":[2,-1]} => d
        {"$mod":[100,93]} => u
        {"$mod":[-3,1]} => fi
        {"$regex":"^a"} => kx
        {"$regex":"b$"} => m
        {"$regex":"(?i)^A"} => klx
        {"$regex":""} => jklmnx
        {"$regex":"^(?!a)"} => jlmn
        {"$regex":"é"} => n
        {"$regex":"[[:upper:]]"} => ln
        {"$regex":"(a|b)c"} => x
        {"$regex":"(.)\\1"} =>
        {"$beginsWith":""} => jklmnx
        {"$beginsWith":"a"} => kx
        {"$beginsWith":"abcd"} =>
        {"$beginsWith":"é"} => n
        {"$all":[]} =>
        {"$all":[1]} => pq
        {"$all":[1,"a"]} => q
        {"$all":["a",1,1]} => q
        {"$all":[1.0]} =>
        {"$all":[[1]]} => py
        {"$elemMatch":{"$eq":1}} => pq
        {"$elemMatch":{"$gt":0,"$lt":2}} => pq
        {"$elemMatch":{"$regex":"a"}} => q
        {"$elemMatch":{"k":"x"}} => y
        {"$elemMatch":{"k":{"$exists":true}}} => y
        {"$elemMatch":{"$elemMatch":{"$eq":1}}} => y
        {"$elemMatch":{"$not":{"$eq":1}}} => qy
        {"$elemMatch":{"$or":[{"$eq":"a"},{"$eq":7}]}} => q
        {"$elemMatch":{"$nor":[{"$eq":1}]}} => qy
        {"$elemMatch":{}} =>
        {"$allMatch":{"$eq":1}} => p
        {"$allMatch":{"$exists":true}} => pqy
        {"$allMatch":{"$type":"number"}} => p
        {"$keyMapMatch":{"$eq":"a"}} => st
        {"$keyMapMatch":{"$eq":"b"}} => t
        {"$keyMapMatch":{"$beginsWith":"z"}} =>
        {"$not":{"$eq":1}} => abcdehijklmnopqrstuwxy
        {"$not":{"$gt":0}} => abcde
        {"$not":{"$exists":true}} => z
        {"$not":{"$exists":false}} => abcdefghijklmnopqrstuwxy
        {"$not":{"$in":[1]}} => abcdehijklmnorstuwxy
        {"$not":{"$regex":"a"}} => abcdefghijlmnopqrstuwy
        {"$not":{"$size":1}} => abcdefghijklmnoqrstuwxy
        {"$not":{"$not":{"$eq":1}}} => fg
        {"$or":[1,"a"]} => fgk
        {"$or":[{"$lt":0},{"$gt":{"a":1}}]} => abcdt
        {"$and":[{"$gt":0},{"$lt":2}]} => fgh
        {"$nor":[{"$gt":null}]} => a
        {"a":1} => st
        {"a":{"$gt":0},"b":2} => t
        {"a":{"$exists":false}} => rz
        {"0":1} => pq
        {"0":{"0":1}} => y
        {"1":{"k":"x"}} => y
        {"7":{"$exists":false}} => rstz
        SELECTOR {"v.a":1} => st
        SELECTOR {"v":{"a":1}} => st
        SELECTOR {"v\\.a":1} =>
        SELECTOR {"$or":[{"v":1},{"_id":"z"}]} => fgz
        SELECTOR {"$and":[{"v":{"$gt":0}},{"v":{"$lt":2}}]} => fgh
        SELECTOR {"$nor":[{"v":{"$gt":null}},{"v":null}]} =>
        SELECTOR {"$nor":[{"v":{"$exists":true}}]} => z
        SELECTOR {"$not":{"v":1}} => abcdehijklmnopqrstuwxy
        SELECTOR {"$not":{"$or":[{"v":1},{"v":"a"}]}} => abcdehijlmnopqrstuwxy
        SELECTOR {"$not":{"$and":[{"v":{"$gte":1}},{"v":{"$lte":1}}]}} => abcdehijklmnopqrstuwxy
        SELECTOR {"$and":[{"$or":[{"v":1},{"v":"a"}]},{"_id":{"$gt":"g"}}]} => k
        SELECTOR {"$and":[]} =>
        SELECTOR {"$or":[]} =>
        SELECTOR {"$and":[{}]} =>
        SELECTOR {"v":1,"$or":[]} => fg
        SELECTOR {} => abcdefghijklmnopqrstuwxyz
        SELECTOR {"_id":"c"} => c
        SELECTOR {"_id":{"$gte":"w"}} => wxyz
        SELECTOR {"_id":{"$lt":"c"}} => ab
        SELECTOR {"_id":{"$in":["a","z","q"]}} => aqz
        SELECTOR {"_id":{"$gt":5}} => abcdefghijklmnopqrstuwxyz
        SELECTOR {"_id":{"$lt":5}} =>
        SELECTOR {"_rev":{"$beginsWith":"1-"},"v":{"$exists":false}} => z
        SELECTOR {"_deleted":true} =>
        """;

    private static readonly string[] Mistakes =
    [
        """{"$bad":1} invalid_operator""",
        """{"v":{"$bad":1}} invalid_operator""",
        """{"v":{"$GT":1}} invalid_operator""",
        """{"v":{"$regex":1}} invalid_operator""",
        """{"v":{"$beginsWith":[]}} invalid_operator""",
        """{"v":{"$regex":"("}} bad_arg""",
        """{"v":{"$regex":"*"}} bad_arg""",
        """{"v":{"$in":1}} bad_arg""",
        """{"v":{"$nin":"x"}} bad_arg""",
        """{"v":{"$all":{}}} bad_arg""",
        """{"v":{"$exists":1}} bad_arg""",
        """{"v":{"$type":null}} bad_arg""",
        """{"v":{"$size":-1}} bad_arg""",
        """{"v":{"$size":1.0}} bad_arg""",
        """{"v":{"$mod":[1]}} bad_arg""",
        """{"v":{"$mod":["a",1]}} bad_arg""",
        """{"v":{"$elemMatch":[]}} bad_arg""",
        """{"v":{"$allMatch":1}} bad_arg""",
        """{"v":{"$keyMapMatch":1}} bad_arg""",
        """{"$and":{}} bad_arg""",
        """{"$or":1} bad_arg""",
        """{"$not":[]} bad_arg""",
        """{"v":{"$not":1}} bad_arg""",
        """{"$gt":1} invalid_selector""",
        """{"$not":{}} invalid_selector""",
        """{"v":{"$where":"x"}} not_supported""",
        """{"$default":1} bad_field""",
        """{"v":{"$text":"x"}} bad_field""",
        """{"a..b":1} invalid_field_name""",
        """{"":1} invalid_field_name""",
        """[] invalid_selector_json""",
        """1 invalid_selector_json""",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Operators_select_by_type_order_and_collation(bool withIndex)
    {
        await Store.EditAsync(
            Db,
            [
                .. Values.Split('\n').Select(line => new DocumentEdit(line[..1], null, false, Json($"\"v\":{line[2..]}"))),
                new DocumentEdit("z", null, false, Json("\"w\":1")),
            ],
            Ct);
        if (withIndex)
            await IndexAsync("v");

        var differences = new List<string>();
        foreach (var line in Operators.Split('\n'))
        {
            var arrow = line.LastIndexOf("=>", StringComparison.Ordinal);
            var condition = line[..arrow].Trim();
            var selector = condition.StartsWith("SELECTOR ", StringComparison.Ordinal) ? condition[9..] : $"{{\"v\":{condition}}}";
            var found = await FindAsync($"{{\"selector\":{selector},\"fields\":[\"_id\"],\"limit\":100}}");
            var ids = string.Concat(Ids(found).Split(' ').Order(StringComparer.Ordinal));
            if (ids != line[(arrow + 2)..].Trim())
                differences.Add($"{line} but got {ids}");
        }

        Assert.Empty(differences);
    }

    [Fact]
    public void Mistakes_in_selectors_are_told_in_the_words_of_CouchDB()
    {
        var told = Mistakes.Select(line =>
        {
            var selector = line[..line.LastIndexOf(' ')];
            var failure = Assert.Throws<DocumentStoreException>(() => Select(selector));
            return $"{selector} {failure.Error}";
        });

        Assert.Equal(Mistakes, told);
    }

    /// <summary>Makes an index on fields, in a design document named after them.</summary>
    protected Task<IndexCreation> IndexAsync(params string[] fields) => Store.CreateIndexAsync(
        Db,
        IndexRequest.Create([.. fields.Select(field => new SortField(field))], string.Join('-', fields), string.Join('-', fields)),
        Ct);

    protected Task<IndexCreation> IndexRequestAsync(string request) =>
        Store.CreateIndexAsync(Db, IndexRequest.Parse(Encoding.UTF8.GetBytes(request)), Ct);
}
