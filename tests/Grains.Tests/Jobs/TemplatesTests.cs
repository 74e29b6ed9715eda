using System.Text;
using Cozy.Grains.Jobs;
using Xunit;

namespace Cozy.Grains.Tests.Jobs;

public sealed class TemplatesTests
{
    private const string Event = """{"doc":{"name":"a \"b\" {{payload.secret}}","size":12,"tags":["x","y"]},"verb":"CREATED"}""";

    [Theory]
    [InlineData("""{"id":"{{event.doc.size}}"}""", """{"id":12}""")]
    [InlineData("""{"all":"{{ event.doc.tags }}"}""", """{"all":["x","y"]}""")]
    [InlineData("""{"t":"size {{event.doc.size}} of {{event.doc.tags.1}}"}""", """{"t":"size 12 of y"}""")]
    [InlineData("""["{{payload.secret}}","{{nothing}}","-{{event.nothing.at.all}}-"]""", """["s",null,"--"]""")]
    [InlineData("""{"a":"{{event.doc.tags.9}}","b":"{{event.doc.name.x}}"}""", """{"a":null,"b":null}""")]
    [InlineData("""{"a":"{{ not closed","b":"}} {{","n":1.50,"x":null}""", """{"a":"{{ not closed","b":"}} {{","n":1.50,"x":null}""")]
    [InlineData("""{"{{event.verb}}":true}""", """{"{{event.verb}}":true}""")]
    [InlineData("\"{{result}}\"", """{"file":"f1"}""")]
    public void Paths_become_values(string template, string expected) => Assert.Equal(expected, Fill(template));

    [Fact]
    public void A_value_is_never_a_template_itself() =>
        Assert.Equal("\"a \\\"b\\\" {{payload.secret}}!\"", Fill("\"{{event.doc.name}}!\""));

    [Fact]
    public void A_template_that_blows_up_is_refused()
    {
        var payload = new string('x', 100_000);
        var template = $"[{string.Join(',', Enumerable.Repeat("\"{{payload}}\"", 100))}]";
        var values = new TemplateValues(default, Encoding.UTF8.GetBytes($"\"{payload}\""), default);
        Assert.Throws<Grains.Errors.CozyException>(() => Templates.Fill(Encoding.UTF8.GetBytes(template), values));
    }

    private static string Fill(string template) => Encoding.UTF8.GetString(Templates.Fill(
        Encoding.UTF8.GetBytes(template),
        new(Encoding.UTF8.GetBytes(Event), """{"secret":"s"}"""u8.ToArray(), """{"file":"f1"}"""u8.ToArray())).Span);
}
