using Xunit;

namespace Cozy.Web.Tests.Contacts;

public sealed class OwnerContactTests(TestServer server)
{
    private const string Contacts = "io.cozy.contacts";

    [Fact]
    public async Task The_owners_card_is_made_once_and_again_when_it_was_deleted()
    {
        var cozy = await server.CreateInstanceAsync();
        var asked = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cozy.AskAsync("POST", "/contacts/myself", Contacts + ":GET")));
        Assert.All(asked, answer => Assert.Equal(200, answer.Status));
        var id = Assert.Single(asked.Select(answer => answer.Data.GetProperty("id").GetString()).Distinct());
        var card = asked[0].Data;
        Assert.True(card.GetProperty("attributes").GetProperty("me").GetBoolean());
        Assert.EndsWith(cozy.Instance.Domain, card.GetProperty("attributes").GetProperty("cozy")[0].GetProperty("url").GetString(), StringComparison.Ordinal);

        var rev = card.GetProperty("meta").GetProperty("rev").GetString();
        Assert.Equal(200, (await cozy.AskAsync("DELETE", $"/data/{Contacts}/{id}?rev={rev}", Contacts)).Status);
        var again = (await cozy.AskAsync("POST", "/contacts/myself", Contacts)).Data;
        Assert.StartsWith("3-", again.GetProperty("meta").GetProperty("rev").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_that_came_from_elsewhere_is_the_owners()
    {
        var cozy = await server.CreateInstanceAsync();
        var kept = (await cozy.AskAsync("POST", $"/data/{Contacts}/", Contacts, Cozy.Json("""{"me":true,"fullname":"Ann"}"""))).Expect(201).Data;
        var card = (await cozy.AskAsync("POST", "/contacts/myself", Contacts)).Data;
        Assert.Equal(kept.GetProperty("_id").GetString(), card.GetProperty("id").GetString());
        Assert.Equal("Ann", card.GetProperty("attributes").GetProperty("fullname").GetString());
    }

    [Theory]
    [InlineData("io.cozy.files", 403)]
    [InlineData("io.cozy.contacts:GET:imported", 403)]
    [InlineData(null, 401)]
    public async Task Others_do_not_get_it(string? scope, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        Assert.Equal(status, (await cozy.AskAsync("POST", "/contacts/myself", scope, Cozy.Json("{}"))).Status);
    }

    [Fact]
    public async Task Password_managers_find_the_page_that_changes_the_passphrase()
    {
        var cozy = await server.CreateInstanceAsync();
        var answer = await cozy.AskAsync("GET", "/.well-known/change-password", null);
        Assert.Equal(302, answer.Status);
        Assert.EndsWith("/auth/security/passphrase", answer.Headers["Location"], StringComparison.Ordinal);
    }
}
