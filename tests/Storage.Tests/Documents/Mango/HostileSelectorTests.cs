using System.Text;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;
using Xunit;

namespace Cozy.Storage.Tests.Documents.Mango;

/// <summary>Selectors built to explode cost little and fail clearly.</summary>
public sealed class HostileSelectorTests
{
    [Theory]
    [InlineData("$not")]
    [InlineData("$elemMatch")]
    [InlineData("field")]
    public void Deep_nesting_is_refused(string key) =>
        Fails("invalid_selector", Repeat($"{{\"{key}\":", 300) + "{\"a\":1}" + Repeat("}", 300));

    [Fact]
    public void Deep_alternatives_are_refused() =>
        Fails("invalid_selector", Repeat("{\"$or\":[", 200) + "{\"a\":1}" + Repeat("]}", 200));

    [Fact]
    public void Nesting_deeper_than_JSON_may_is_refused() => Fails("bad_request", Repeat("{\"$not\":", 100_000));

    [Fact]
    public void Too_many_conditions_are_refused() =>
        Fails("invalid_selector", $"{{\"$or\":[{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"{{\"a\":{i}}}"))}]}}");

    [Fact]
    public void A_selector_that_is_too_long_is_refused() => Fails("too_large", $"{{\"a\":\"{Repeat("x", 2_000_000)}\"}}");

    [Fact]
    public void A_long_expression_is_refused() => Fails("bad_arg", $"{{\"a\":{{\"$regex\":\"{Repeat("a", 5000)}\"}}}}");

    [Fact]
    public void An_expression_whose_states_explode_is_refused_or_fast()
    {
        try
        {
            Assert.False(Parse("""{"a":{"$regex":"((a{1,100}){1,100}){1,100}$"}}""").Matches(Document("b")));
        }
        catch (DocumentStoreException failure)
        {
            Assert.Contains(failure.Error, (string[])["bad_arg", "query_too_expensive"]);
        }
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(a|a)*$")]
    [InlineData("(.*a){20}$")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    public void An_expression_without_look_around_takes_linear_time(string pattern)
    {
        var selector = Parse($"{{\"a\":{{\"$regex\":\"{pattern}\"}}}}");

        // With backtracking these would run for years.
        Assert.False(selector.Matches(Document(Repeat("a", 5000) + "!")));
    }

    [Fact]
    public void An_expression_that_must_backtrack_runs_out_of_time()
    {
        var selector = Parse(
            """{"a":{"$regex":"^(?=a)(a+)+$"}}""", new MangoLimits { MaxRegexTime = TimeSpan.FromMilliseconds(50) });

        var failure = Assert.Throws<DocumentStoreException>(() => selector.Matches(Document(Repeat("a", 5000) + "!")));

        Assert.Equal((StoreError.TooExpensive, "query_too_expensive"), (failure.Kind, failure.Error));
    }

    [Fact]
    public void Look_around_as_clients_send_it_works()
    {
        var selector = Parse("""{"a":{"$regex":"^(?!/.cozy_trash)"}}""");

        Assert.True(selector.Matches(Document("/Photos")));
        Assert.False(selector.Matches(Document("/.cozy_trash/x")));
    }

    [Fact]
    public void A_long_list_is_looked_up_not_walked_through()
    {
        var list = string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"v{i}\""));
        var selector = Parse($"{{\"a\":{{\"$in\":[{list}]}}}}");
        var elements = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"w{i}\""));

        // Walking would compare 1,000,000,000 pairs.
        Assert.False(selector.Matches(Encoding.UTF8.GetBytes($"{{\"a\":[{elements}]}}")));
        Assert.True(selector.Matches(Document("v49999")));
    }

    [Fact]
    public void All_of_a_long_list_in_a_long_array_takes_one_pass()
    {
        var list = string.Join(',', Enumerable.Range(0, 20_000));
        var selector = Parse($"{{\"a\":{{\"$all\":[{list}]}}}}");

        Assert.True(selector.Matches(Encoding.UTF8.GetBytes($"{{\"a\":[{list}]}}")));
    }

    [Fact]
    public void A_number_of_thousands_of_digits_compares_and_divides()
    {
        var digits = Repeat("9", 9000);

        Assert.True(Parse($"{{\"a\":{{\"$gt\":{digits}}}}}").Matches(Encoding.UTF8.GetBytes($"{{\"a\":{digits}9}}")));
        Assert.True(Parse("""{"a":{"$mod":[10,9]}}""").Matches(Encoding.UTF8.GetBytes($"{{\"a\":{digits}}}")));
    }

    [Fact]
    public void The_time_of_a_query_is_bounded()
    {
        var limits = new MangoLimits { MaxQueryTime = TimeSpan.Zero };
        var elements = string.Join(',', Enumerable.Repeat("1", 20_000));

        var failure = Assert.Throws<DocumentStoreException>(() =>
            Parse("""{"a":{"$elemMatch":{"$gt":5}}}""", limits).Matches(Encoding.UTF8.GetBytes($"{{\"a\":[{elements}]}}")));

        Assert.Equal(StoreError.TooExpensive, failure.Kind);
    }

    private static void Fails(string error, string selector) =>
        Assert.Equal(error, Assert.Throws<DocumentStoreException>(() => Parse(selector)).Error);

    private static Selector Parse(string json, MangoLimits? limits = null) => Selector.Parse(Encoding.UTF8.GetBytes(json), limits);

    private static byte[] Document(string text) => Encoding.UTF8.GetBytes($"{{\"_id\":\"x\",\"a\":\"{text}\"}}");

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
