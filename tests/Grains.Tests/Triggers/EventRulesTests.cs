using System.Text;
using Cozy.Grains.Doctypes;
using Cozy.Grains.Realtime;
using Cozy.Grains.Triggers;
using Xunit;

namespace Cozy.Grains.Tests.Triggers;

public sealed class EventRulesTests
{
    private const string Image = """{"class":"image","dir_id":"d1","tags":["a","b"],"metadata":{"qualification":{"label":"bill"}},"n":1}""";

    [Theory]
    [InlineData("io.cozy.files", true)]
    [InlineData("io.cozy.files:UPDATED", true)]
    [InlineData("io.cozy.files:CREATED,DELETED", false)]
    [InlineData("io.cozy.contacts io.cozy.files:UPDATED", true)]
    [InlineData("io.cozy.files.versions", false)]
    [InlineData("io.cozy.files:UPDATED:f1", true)]
    [InlineData("io.cozy.files:UPDATED:f2,f3", false)]
    [InlineData("io.cozy.files:UPDATED:up", true)]
    [InlineData("io.cozy.files::f1", true)]
    [InlineData("io.cozy.files:UPDATED:image,video:class", true)]
    [InlineData("io.cozy.files:UPDATED:video:class", false)]
    [InlineData("io.cozy.files:UPDATED:b:tags", true)]
    [InlineData("io.cozy.files:UPDATED:bill:metadata.qualification.label", true)]
    [InlineData("io.cozy.files:UPDATED:1:n", true)]
    [InlineData("io.cozy.files:UPDATED:image:nothing.at.all", false)]
    [InlineData("io.cozy.files:UPDATED:!=:tags", true)]
    [InlineData("io.cozy.files:UPDATED:!=:class", false)]
    [InlineData("io.cozy.files:UPDATED:!=:nothing", false)]
    public void A_rule_is_about_an_update(string rules, bool expected)
    {
        var happened = new DocumentEvent(
            "io.cozy.files", EventVerb.Updated, "f1", "2-x", Members(Image),
            new Document("f1", "1-x", false, Members(Image.Replace("\"b\"", "\"c\"", StringComparison.Ordinal))));
        Assert.Equal(expected, EventRules.Parse(rules)!.Any(rule => EventRules.Matches(rule, happened, ["d1", "up"])));
    }

    [Fact]
    public void What_was_deleted_is_known_by_what_it_was()
    {
        var happened = new DocumentEvent("io.cozy.files", EventVerb.Deleted, "f1", "3-x", default, new Document("f1", "2-x", false, Members(Image)));
        Assert.True(EventRules.Matches(EventRules.Parse("io.cozy.files:DELETED:image:class")![0], happened, []));
        Assert.False(EventRules.Matches(EventRules.Parse("io.cozy.files:DELETED:!=:class")![0], happened, []));
        Assert.Equal("d1", EventRules.FolderOf(happened));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("io.cozy.files:FLYING")]
    [InlineData("io.cozy.files:CREATED,")]
    [InlineData("io.cozy.files:CREATED::class")]
    [InlineData("io.cozy.files:CREATED:a:b:c")]
    [InlineData(":CREATED")]
    [InlineData("io.cozy.*")]
    [InlineData("io/cozy")]
    public void What_is_no_rule_is_refused(string rules) => Assert.Null(EventRules.Parse(rules));

    private static ReadOnlyMemory<byte> Members(string json) => Encoding.UTF8.GetBytes(json[1..^1]);
}
