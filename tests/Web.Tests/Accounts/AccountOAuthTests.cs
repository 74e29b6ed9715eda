using System.Text.Json;
using Cozy.Grains.Accounts;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Tests.Auth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Accounts;

/// <summary>Owners let connectors in to services by OAuth.</summary>
public sealed class AccountOAuthTests(TestServer server, AccountProvider provider)
{
    private const string Scope = "io.cozy.accounts";

    private static readonly HttpClient Browser = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    [Theory]
    [InlineData("form")]
    [InlineData("basic")]
    [InlineData("get")]
    public async Task An_owner_lets_a_connector_in_and_its_tokens_are_renewed(string mode)
    {
        var type = await DescribeAsync(provider.Description(mode));
        var owner = await (await OwnerBrowser.OfNewOwnerAsync(server)).LoggedInAsync();
        var cozy = new Cozy(server, owner.Instance);
        var callback = await AllowAsync(owner, $"/accounts/{type}/start?state=mine&slug=bank&scope=read");
        var back = (await owner.GetAsync(callback)).Expect(303);
        var target = new Uri(back.Headers["Location"]);
        Assert.Equal($"bank.{owner.Instance.Domain}", target.Host);
        var query = QueryHelpers.ParseQuery(target.Query);
        Assert.Equal("mine", query["state"]);
        var id = query["account"].ToString();

        // The browser comes back a second time: nothing is made, and the code, which is used up, is not shown again.
        Assert.Equal(back.Headers["Location"], (await owner.GetAsync(callback)).Expect(303).Headers["Location"]);
        Assert.Equal(1, (await cozy.AskAsync("GET", "/data/io.cozy.accounts/_all_docs", Scope)).Json.GetProperty("total_rows").GetInt32());

        var kept = (await cozy.AskAsync("GET", $"/data/io.cozy.accounts/{id}", Scope)).Expect(200);
        Assert.DoesNotContain("access-", kept.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("refresh-", kept.Text, StringComparison.Ordinal);
        Assert.Equal(type, kept.Json.GetProperty("account_type").GetString());
        Assert.Equal(42, kept.Json.GetProperty("oauth_callback_results").GetProperty("customer").GetInt32());

        var connector = await AccountTests.ConnectorTokenAsync(server, cozy, "bank");
        var before = await OAuthAsync(cozy, connector, id);
        Assert.Equal("Bearer", before.GetProperty("token_type").GetString());
        var refreshed = (await AskAsync(cozy, connector, "POST", $"/accounts/{type}/{id}/refresh")).Expect(200).Data;
        Assert.Equal(id, refreshed.GetProperty("id").GetString());
        var after = refreshed.GetProperty("attributes").GetProperty("oauth");
        Assert.NotEqual(before.GetProperty("access_token").GetString(), after.GetProperty("access_token").GetString());
        Assert.Equal(after.GetRawText(), (await OAuthAsync(cozy, connector, id)).GetRawText());
        Assert.True(after.GetProperty("expires_at").GetDateTimeOffset() > TimeProvider.System.GetUtcNow());

        provider.Revoke(after.GetProperty("refresh_token").GetString()!);
        var refused = (await AskAsync(cozy, connector, "POST", $"/accounts/{type}/{id}/refresh")).Expect(401);
        Assert.Equal("oauth_refresh_invalid_token", refused.Json.GetProperty("errors")[0].GetProperty("code").GetString());
        (await cozy.AskAsync("POST", $"/accounts/{type}/{id}/refresh", "io.cozy.files")).Expect(403);
        (await cozy.AskAsync("POST", $"/accounts/{type}/ghost/refresh", Scope)).Expect(404);
    }

    [Fact]
    public async Task A_refusal_leads_back_and_makes_nothing()
    {
        var type = await DescribeAsync(provider.Description());
        var owner = await (await OwnerBrowser.OfNewOwnerAsync(server)).LoggedInAsync();
        var back = (await owner.GetAsync(await AllowAsync(owner, $"/accounts/{type}/start?state=s&scope=refuse"))).Expect(303);
        Assert.Equal($"http://home.{owner.Instance.Domain}/?state=s&error=access_denied", back.Headers["Location"]);
        (await new Cozy(server, owner.Instance).AskAsync("GET", "/data/io.cozy.accounts/_all_docs", Scope)).Expect(404);
    }

    [Fact]
    public async Task Only_the_owner_can_begin_and_only_what_they_began_ends()
    {
        var type = await DescribeAsync(provider.Description());
        var owner = await (await OwnerBrowser.OfNewOwnerAsync(server)).LoggedInAsync();
        var stranger = await OwnerBrowser.OfNewOwnerAsync(server);
        (await stranger.GetAsync($"/accounts/{type}/start", "application/json")).Expect(403);
        (await owner.GetAsync("/accounts/ghost/start", "application/json")).Expect(404);
        (await stranger.GetAsync($"/accounts/{type}/x/manage", "application/json")).Expect(403);

        var callback = await AllowAsync(owner, $"/accounts/{type}/start?state=s");
        (await stranger.GetAsync(callback, "application/json")).Expect(400);
        (await owner.GetAsync(callback.Replace("state=", "state=x", StringComparison.Ordinal), "application/json")).Expect(400);
        (await owner.GetAsync($"/accounts/{type}/redirect?access_token=evil", "application/json")).Expect(400);
        (await owner.GetAsync(callback.Replace("code=", "code=x", StringComparison.Ordinal), "application/json")).Expect(502);
        (await new Cozy(server, owner.Instance).AskAsync("GET", "/data/io.cozy.accounts/_all_docs", Scope)).Expect(404);
    }

    [Fact]
    public async Task A_context_has_kinds_of_its_own_and_an_aggregator_gets_its_pages()
    {
        var name = $"bank{Guid.NewGuid():N}";
        await DescribeAsync(provider.Description(), name);
        await DescribeAsync(
            """
            {"grant_mode":"bi_webview+secret","client_id":"bi","client_secret":"x","secret":{"key":"quiet"},"auth_endpoint":"https://bank.example.net/connect",
             "manage_endpoint":"https://bank.example.net/manage","redirect_uri":"https://callback.example.net/accounts/x/redirect"}
            """, $"family/{name}");
        var owner = await (await OwnerBrowser.OfNewOwnerAsync(server, change: request => request with { ContextName = "family" })).LoggedInAsync();
        var start = new Uri((await owner.GetAsync($"/accounts/{name}/start?state=s&token=t&id_connector=5")).Expect(303).Headers["Location"]);
        Assert.Equal("https://bank.example.net/connect", start.GetLeftPart(UriPartial.Path));
        var asked = QueryHelpers.ParseQuery(start.Query);
        Assert.Equal(("bi", "t", "5", "https://callback.example.net/accounts/x/redirect"),
            (asked["client_id"].ToString(), asked["code"].ToString(), asked["connector_ids"].ToString(), asked["redirect_uri"].ToString()));

        // The provider sends the browser to a host that all instances share.
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(
            server.Address, $"/accounts/{name}/redirect?connection_id=12&state={Uri.EscapeDataString(asked["state"]!)}"));
        request.Headers.Host = "callback.example.net";
        using var back = await Browser.SendAsync(request, TestContext.Current.CancellationToken);
        var query = QueryHelpers.ParseQuery(back.Headers.Location!.Query);
        Assert.Equal("12", query["connection_id"]);
        var manage = (await owner.GetAsync($"/accounts/{name}/{query["account"]}/manage?connection_id=12&code=c")).Expect(303).Headers["Location"];
        Assert.StartsWith("https://bank.example.net/manage?client_id=bi&code=c&connection_id=12&", manage, StringComparison.Ordinal);
        (await owner.GetAsync($"/accounts/{name}/{query["account"]}/reconnect", "application/json")).Expect(400);

        var secret = (await Types().FindAsync("family", name))!.Secret;
        Assert.Equal("""{"key":"quiet"}""", System.Text.Encoding.UTF8.GetString(secret.Span));
        var shown = string.Concat((await Types().ListAsync()).Select(one => System.Text.Encoding.UTF8.GetString(one.Span)));
        Assert.DoesNotContain("quiet", shown, StringComparison.Ordinal);
    }

    private IAccountTypesGrain Types() => server.Services.GetRequiredService<IGrainFactory>().GetGrain<IAccountTypesGrain>(0);

    private async Task<string> DescribeAsync(string description, string? name = null)
    {
        name ??= $"bank{Guid.NewGuid():N}";
        await Types().SaveAsync(name, System.Text.Encoding.UTF8.GetBytes(description));
        return name;
    }

    /// <summary>Goes to the provider's page, where the owner agrees at once; returns the path that the browser is sent to.</summary>
    private static async Task<string> AllowAsync(OwnerBrowser owner, string start)
    {
        var page = (await owner.GetAsync(start)).Expect(303).Headers["Location"];
        using var answer = await Browser.GetAsync(new Uri(page), TestContext.Current.CancellationToken);
        Assert.Equal(owner.Instance.Domain, answer.Headers.Location!.Host);
        return answer.Headers.Location.PathAndQuery;
    }

    private static async Task<JsonElement> OAuthAsync(Cozy cozy, string token, string id) =>
        (await AskAsync(cozy, token, "GET", $"/data/io.cozy.accounts/{id}")).Expect(200).Json.GetProperty("oauth");

    private static Task<Answer> AskAsync(Cozy cozy, string token, string method, string target) =>
        Permissions.Links.AskWithAsync(cozy, token, method, target);
}
