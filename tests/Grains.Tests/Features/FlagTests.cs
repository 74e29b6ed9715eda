using System.Text;
using Cozy.Grains.Errors;
using Cozy.Grains.Features;
using Xunit;

namespace Cozy.Grains.Tests.Features;

public sealed class FlagTests
{
    [Theory]
    [InlineData("{}", """{"a":1}""", """{"a":1}""")]
    [InlineData("""{"a":1,"b":2}""", """{"a":null,"c":[]}""", """{"b":2,"c":[]}""")]
    [InlineData("", """{"b":{"x":true}}""", """{"b":{"x":true}}""")]
    public void A_patch_sets_and_removes(string before, string patch, string after) =>
        Assert.Equal(after, Text(FlagPatch.Apply(Bytes(before), Bytes(patch), hasRatios: false)));

    [Theory]
    [InlineData("[1]", false)]
    [InlineData("{", false)]
    [InlineData("""{"a":1}""", true)]
    [InlineData("""{"a":[{"ratio":2,"value":1}]}""", true)]
    [InlineData("""{"a":[{"value":1}]}""", true)]
    [InlineData("""{"a":[{"ratio":0.6,"value":1},{"ratio":0.6,"value":2}]}""", true)]
    public void A_wrong_patch_is_refused(string patch, bool hasRatios) =>
        Assert.Equal(ErrorKind.BadRequest, Assert.Throws<CozyException>(() => FlagPatch.Apply(default, Bytes(patch), hasRatios)).Kind);

    [Fact]
    public void A_share_of_the_instances_has_a_value_and_always_the_same_ones()
    {
        var flags = Bytes("""{"lots":[{"ratio":0.3,"value":"a"},{"ratio":0.3,"value":"b"}]}""");
        var counts = Enumerable.Range(0, 2000).Select(i => ChosenFor(flags, $"cozy{i}.example.net"))
            .CountBy(value => value).ToDictionary(count => count.Key, count => count.Value);
        Assert.InRange(counts["a"], 500, 700);
        Assert.InRange(counts["b"], 500, 700);
        Assert.InRange(counts[""], 700, 900);
        Assert.Equal(ChosenFor(flags, "alice.example.net"), ChosenFor(flags, "alice.example.net"));
    }

    private static string ChosenFor(ReadOnlyMemory<byte> flags, string domain) =>
        FlagMerge.Choose(flags, domain).Select(flag => flag.Value.GetString()!).FirstOrDefault("");

    private static ReadOnlyMemory<byte> Bytes(string json) => Encoding.UTF8.GetBytes(json);

    private static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);
}
