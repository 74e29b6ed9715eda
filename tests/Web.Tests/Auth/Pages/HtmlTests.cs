using Cozy.Web.Pages;
using Cozy.Web.Pages.Languages;
using Xunit;

namespace Cozy.Web.Tests.Auth.Pages;

public sealed class HtmlTests
{
    [Theory]
    [InlineData("<script>", "&lt;script&gt;")]
    [InlineData("\" onload=\"x", "&quot; onload=&quot;x")]
    [InlineData("' x='", "&#x27; x=&#x27;")]
    [InlineData("a & b", "a &amp; b")]
    [InlineData("&lt;", "&amp;lt;")]
    [InlineData("élève 日本", "élève 日本")]
    public void Text_in_a_hole_is_escaped(string text, string expected) =>
        Assert.Equal($"<p title=\"{expected}\">{expected}</p>", Html.Of($"""<p title="{text}">{text}</p>""").ToString());

    [Fact]
    public void A_missing_text_is_nothing() => Assert.Equal("<p></p>", Html.Of($"<p>{(string?)null}</p>").ToString());

    [Fact]
    public void Html_in_a_hole_is_kept_and_its_own_holes_stay_escaped()
    {
        var inner = Html.Of($"<b>{"<i>"}</b>");
        Assert.Equal("<p><b>&lt;i&gt;</b></p>", Html.Of($"<p>{inner}</p>").ToString());
    }

    [Fact]
    public void A_number_is_written_as_it_is() => Assert.Equal("<p>1234567890123</p>", Html.Of($"<p>{1234567890123}</p>").ToString());

    [Theory]
    [InlineData(0, "0\u00a0B", "0\u00a0o")]
    [InlineData(999, "999\u00a0B", "999\u00a0o")]
    [InlineData(1_000, "1\u00a0kB", "1\u00a0ko")]
    [InlineData(1_234_567, "1.2\u00a0MB", "1,2\u00a0Mo")]
    [InlineData(999_999, "1\u00a0MB", "1\u00a0Mo")]
    [InlineData(5_000_000_000, "5\u00a0GB", "5\u00a0Go")]
    [InlineData(long.MaxValue, "9.2\u00a0EB", "9,2\u00a0Eo")]
    public void Sizes_are_written_for_people(long bytes, string english, string french)
    {
        Assert.Equal(english, English.Texts.Size(bytes));
        Assert.Equal(french, French.Texts.Size(bytes));
    }

    [Fact]
    public void Every_sentence_takes_the_same_values_in_every_language()
    {
        foreach (var property in typeof(Texts).GetProperties().Where(property => property.PropertyType == typeof(string)))
        {
            var (english, french) = ((string)property.GetValue(English.Texts)!, (string)property.GetValue(French.Texts)!);
            Assert.NotEmpty(french);
            Assert.Equal(HolesOf(english), HolesOf(french));
        }
    }

    private static string HolesOf(string sentence) =>
        string.Concat(Enumerable.Range(0, 3).Where(i => sentence.Contains($"{{{i}}}", StringComparison.Ordinal)));
}
