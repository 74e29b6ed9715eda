using Cozy.Grains.Errors;
using Cozy.Grains.Permissions;
using Xunit;

namespace Cozy.Grains.Tests.Permissions;

/// <summary>Random scopes, from a seed that a failure names.</summary>
public sealed class ScopeFuzzTests
{
    private const int Rounds = 20_000;
    private const string Signs = "io.cozyfilesGETPUTALL:,* @*.-_/%\t\u00e9\u0000\ud83d";

    private static readonly string[] Doctypes =
        ["io.cozy.files", "io.cozy.files.versions", "io.cozy.bank", "io.cozy.bank.accounts", "io.cozy.bank.*", "io.cozy.files.*", "*", "org.example.maps"];

    private static readonly string[] VerbTexts = ["", "ALL", "GET", "POST", "GET,PUT", "PATCH,DELETE,GET"];
    private static readonly string[] ValueTexts = ["", "a", "b", "a,b", "a,b,c"];
    private static readonly string[] Fields = ["", "class", "worker"];
    private static readonly Verbs[] AllVerbs = [Verbs.Get, Verbs.Post, Verbs.Put, Verbs.Patch, Verbs.Delete];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_text_is_a_scope_or_refused(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => Signs[random.Next(Signs.Length)])]);
            try
            {
                var permissions = PermissionSet.ParseScope(text);
                Assert.All(permissions.Rules, rule =>
                {
                    Assert.NotEqual(Verbs.None, rule.Verbs);
                    Assert.NotEmpty(rule.Doctype);
                    Assert.True(rule.Selector is null || rule.Values.Count > 0, text);
                });
            }
            catch (CozyException refusal)
            {
                Assert.Equal(ErrorKind.BadRequest, refusal.Kind);
            }
        }
    }

    /// <summary>Whoever may create permissions creates no larger ones, whatever the rules look like.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void What_is_included_allows_nothing_more(int seed)
    {
        var random = new Random(seed);
        var included = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var (larger, smaller) = (Scope(random, 3), Scope(random, 2));
            if (!PermissionSet.ParseScope(larger).Includes(PermissionSet.ParseScope(smaller)))
                continue;
            included++;
            AssertNoMore(larger, smaller);
        }

        Assert.True(included > 100, $"Only {included} were included.");
    }

    private static void AssertNoMore(string larger, string smaller)
    {
        var (own, given) = (PermissionSet.ParseScope(larger), PermissionSet.ParseScope(smaller));
        foreach (var doctype in Doctypes.Append("io.cozy.bankers").Append("io.cozy.bank.accounts.stats").Where(name => !name.EndsWith('*')))
        {
            foreach (var verb in AllVerbs)
            {
                var message = $"\"{smaller}\" allows {verb} on {doctype}, \"{larger}\" does not";
                Assert.True(!given.AllowsAll(verb, doctype) || own.AllowsAll(verb, doctype), message);
                foreach (var id in new[] { "a", "b", "c", "d" })
                {
                    Assert.True(!given.AllowsId(verb, doctype, id) || own.AllowsId(verb, doctype, id), message + $" {id}");
                    var bySelector = given.AllowsBySelector(verb, doctype, field => [id]);
                    Assert.True(!bySelector || own.AllowsBySelector(verb, doctype, field => [id]) || own.AllowsAll(verb, doctype), message + $" by field {id}");
                }
            }
        }
    }

    private static string Scope(Random random, int mostRules) => string.Join(' ', Enumerable.Range(0, random.Next(1, mostRules + 1)).Select(_ =>
    {
        var values = Pick(random, ValueTexts);
        return $"{Pick(random, Doctypes)}:{Pick(random, VerbTexts)}:{values}:{(values.Length == 0 ? "" : Pick(random, Fields))}";
    }));

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
