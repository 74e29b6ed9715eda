using System.Text;
using System.Text.Json;
using Cozy.Grains.Permissions;
using Cozy.Grains.Triggers;
using Cozy.Storage.Documents;
using Cozy.Web.Auth.Tokens;
using Cozy.Web.Tests.Apps;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Accounts;

/// <summary>Who sees what of the credentials in <c>io.cozy.accounts</c>.</summary>
public sealed class AccountTests(TestServer server, AppArchives archives)
{
    private const string Scope = "io.cozy.accounts";
    private const string Accounts = "/data/io.cozy.accounts/";
    private const string Password = "green-and-secret";

    private const string Body = """
        {"account_type":"releve","name":"Meter","auth":{"login":"moss","password":"green-and-secret","answer":{"q":[1,"green-and-secret"]},"credentials":{"x":"y"}},
         "data":{"k":1,"auth":{"password":"green-and-secret"}},"oauth":{"access_token":"green-and-secret","token_type":"Bearer"}}
        """;

    [Fact]
    public async Task Credentials_are_sealed_for_all_but_the_connector()
    {
        var cozy = await server.CreateInstanceAsync();
        var connector = await ConnectorTokenAsync(server, cozy, "releve");
        var app = await Permissions.Links.InstallAsync(server, cozy, "banks", Scope);
        var created = (await cozy.AskAsync("POST", Accounts, Scope, Cozy.Json(Body))).Expect(201);
        Assert.DoesNotContain(Password, created.Text, StringComparison.Ordinal);
        var data = created.Json.GetProperty("data");
        Assert.Equal("moss", data.GetProperty("name").GetString());
        Assert.Equal("moss", data.GetProperty("auth").GetProperty("login").GetString());
        Assert.True(data.GetProperty("auth").TryGetProperty("credentials_encrypted", out _));
        Assert.True(data.GetProperty("auth").TryGetProperty("answer_encrypted", out _));
        Assert.True(data.GetProperty("cozyMetadata").TryGetProperty("createdAt", out _));
        var target = Accounts + data.GetProperty("_id").GetString();

        foreach (var sealedFor in new[] { cozy.Token(Scope), app })
            Assert.DoesNotContain(Password, (await AskAsync(cozy, sealedFor, "GET", target)).Expect(200).Text, StringComparison.Ordinal);
        foreach (var (opened, query) in new[] { (connector, ""), (app, "?include=credentials") })
        {
            var read = (await AskAsync(cozy, opened, "GET", target + query)).Expect(200).Json;
            var auth = read.GetProperty("auth");
            Assert.Equal(("moss", Password), (auth.GetProperty("login").GetString(), auth.GetProperty("password").GetString()));
            Assert.Equal($$"""{"q":[1,"{{Password}}"]}""", auth.GetProperty("answer").GetRawText());
            Assert.Equal(Password, read.GetProperty("data").GetProperty("auth").GetProperty("password").GetString());
            Assert.Equal(Password, read.GetProperty("oauth").GetProperty("access_token").GetString());
            Assert.DoesNotContain("_encrypted", read.GetRawText(), StringComparison.Ordinal);
        }

        (await AskAsync(cozy, connector, "GET", Accounts + "_all_docs?include_docs=true")).Expect(200);
        Assert.DoesNotContain(
            Password, (await AskAsync(cozy, connector, "GET", Accounts + "_all_docs?include_docs=true")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task However_an_account_is_written_no_password_gets_into_the_store()
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("PUT", Accounts + "named", Scope, Cozy.Json(Body))).Expect(200);
        (await cozy.AskAsync("POST", Accounts + "_bulk_docs", Scope, Cozy.Json($$"""{"docs":[{"_id":"bulk",{{Body.Trim()[1..]}}]}"""))).Expect(201);
        (await cozy.AskAsync("POST", Accounts + "_bulk_docs", Scope, Cozy.Json(
            $$"""{"new_edits":false,"docs":[{"_id":"copy","_rev":"1-0123456789abcdef0123456789abcdef",{{Body.Trim()[1..]}}]}"""))).Expect(201);

        var store = server.Services.GetRequiredService<IDocumentStore>();
        foreach (var id in new[] { "named", "bulk", "copy" })
        {
            var kept = await store.GetAsync(DatabaseName.ForDoctype(cozy.Instance.Id, "io.cozy.accounts"), id, ReadOptions.Winner, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(Password, Encoding.UTF8.GetString(kept!.Members.Span), StringComparison.Ordinal);
            Assert.Contains("credentials_encrypted", Encoding.UTF8.GetString(kept.Members.Span), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_app_that_writes_back_what_it_was_shown_changes_no_credentials()
    {
        var cozy = await server.CreateInstanceAsync();
        var other = await server.CreateInstanceAsync();
        var connector = await ConnectorTokenAsync(server, cozy, "releve");
        (await cozy.AskAsync("PUT", Accounts + "a", Scope, Cozy.Json(Body))).Expect(200);
        var shown = (await cozy.AskAsync("GET", Accounts + "a", Scope)).Expect(200).Text;
        (await cozy.AskAsync("PUT", Accounts + "a", Scope, Cozy.Json(shown.Replace("Meter", "Gauge", StringComparison.Ordinal)))).Expect(200);
        var read = (await AskAsync(cozy, connector, "GET", Accounts + "a")).Expect(200).Json;
        Assert.Equal("Gauge", read.GetProperty("name").GetString());
        Assert.Equal(Password, read.GetProperty("auth").GetProperty("password").GetString());

        // What a connector writes back is sealed again, and what it is answered is as it wrote it.
        var again = (await AskAsync(cozy, connector, "PUT", Accounts + "a", Cozy.Json(read.GetRawText()))).Expect(200).Json.GetProperty("data");
        Assert.Equal(Password, again.GetProperty("auth").GetProperty("password").GetString());
        Assert.DoesNotContain(Password, (await cozy.AskAsync("GET", Accounts + "a", Scope)).Text, StringComparison.Ordinal);

        // Carried to another instance it is worth nothing.
        var stolen = JsonSerializer.Deserialize<JsonElement>(shown).GetProperty("auth").GetRawText();
        (await other.AskAsync("PUT", Accounts + "a", Scope, Cozy.Json($$"""{"account_type":"releve","auth":{{stolen}}}"""))).Expect(200);
        var thief = (await AskAsync(other, await ConnectorTokenAsync(server, other, "releve"), "GET", Accounts + "a")).Expect(200);
        Assert.DoesNotContain(Password, thief.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_triggers_of_an_account_go_with_it_and_its_connector_is_left_a_copy()
    {
        var cozy = await server.CreateInstanceAsync();
        await InstallConnectorAsync(cozy);
        var connector = await ConnectorTokenAsync(server, cozy, "releve");
        foreach (var id in new[] { "gone", "stays", "in-bulk" })
        {
            (await cozy.AskAsync("PUT", Accounts + id, Scope, Cozy.Json(Body))).Expect(200);
            await server.Services.GetRequiredService<IGrainFactory>().GetGrain<ISchedulerGrain>(cozy.Instance.Id).AddAsync(new NewTrigger
            {
                Type = "@cron",
                Arguments = "0 0 0 1 1 *",
                Worker = "konnector",
                Message = JsonSerializer.SerializeToUtf8Bytes(new { konnector = "releve", account = id }),
            });
        }

        var revision = (await cozy.AskAsync("GET", Accounts + "gone", Scope)).Json.GetProperty("_rev").GetString();
        (await cozy.AskAsync("DELETE", $"{Accounts}gone?rev=1-0123456789abcdef0123456789abcdef", Scope)).Expect(409);
        (await cozy.AskAsync("DELETE", $"{Accounts}gone?rev={revision}", Scope)).Expect(200);
        var bulk = (await cozy.AskAsync("GET", Accounts + "in-bulk", Scope)).Json.GetProperty("_rev").GetString();
        (await cozy.AskAsync("POST", Accounts + "_bulk_docs", Scope, Cozy.Json(
            $$"""{"docs":[{"_id":"in-bulk","_rev":"{{bulk}}","_deleted":true}]}"""))).Expect(201);
        while (await AccountsOfTriggersAsync(cozy) != "stays")
            await Task.Delay(20, TestContext.Current.CancellationToken);

        var kept = (await AskAsync(cozy, connector, "GET", $"{Accounts}gone?rev={revision}")).Expect(200).Json;
        Assert.Equal(Password, kept.GetProperty("auth").GetProperty("password").GetString());
        Assert.Equal(revision, kept.GetProperty("_rev").GetString());
        (await AskAsync(cozy, connector, "GET", Accounts + "gone")).Expect(404);
        (await AskAsync(cozy, cozy.Token("io.cozy.files"), "GET", $"{Accounts}gone?rev={revision}")).Expect(403);
        (await cozy.AskAsync("GET", "/data/io.cozy.accounts.soft_deleted/gone", "io.cozy.accounts.soft_deleted")).Expect(403);
    }

    [Theory]
    [InlineData("""{"docs":[{"_id":"a","_rev":"REV","_deleted":true}]}""", "POST", "_bulk_docs")]
    [InlineData("""{"_id":"a","_rev":"REV","_deleted":true}""", "PUT", "a")]
    [InlineData(null, "DELETE", "a?rev=REV")]
    public async Task However_an_account_is_deleted_its_connector_says_farewell_once(string? body, string method, string target)
    {
        var cozy = await server.CreateInstanceAsync();
        await InstallConnectorAsync(cozy);
        (await cozy.AskAsync("PUT", Accounts + "a", Scope, Cozy.Json(Body))).Expect(200);
        var revision = (await cozy.AskAsync("GET", Accounts + "a", Scope)).Json.GetProperty("_rev").GetString()!;
        string Of(string text) => text.Replace("REV", revision, StringComparison.Ordinal);
        Assert.InRange((await cozy.AskAsync(method, Accounts + Of(target), Scope, body is null ? null : Cozy.Json(Of(body)))).Status, 200, 201);
        var farewell = Assert.Single(await FarewellsAsync(cozy, 1));
        Assert.Equal(
            $$"""{"account":"a","account_rev":"{{revision}}","konnector":"releve","account_deleted":true}""", farewell.GetProperty("message").GetRawText());
    }

    [Fact]
    public async Task With_a_connector_its_accounts_go_after_it_has_said_farewell_to_each()
    {
        var cozy = await server.CreateInstanceAsync();
        await InstallConnectorAsync(cozy);
        var scheduler = server.Services.GetRequiredService<IGrainFactory>().GetGrain<ISchedulerGrain>(cozy.Instance.Id);
        foreach (var (id, connector) in new[] { ("one", "releve"), ("two", "releve"), ("other", "else") })
        {
            (await cozy.AskAsync("PUT", Accounts + id, Scope, Cozy.Json(Body.Replace("\"releve\"", $"\"{connector}\"", StringComparison.Ordinal)))).Expect(200);
            await scheduler.AddAsync(new NewTrigger
            {
                Type = "@cron",
                Arguments = "0 0 0 1 1 *",
                Worker = "konnector",
                Message = JsonSerializer.SerializeToUtf8Bytes(new { konnector = connector, account = id }),
            });
        }

        (await cozy.AskAsync("DELETE", "/konnectors/releve", "io.cozy.konnectors")).Expect(202);
        while ((await cozy.AskAsync("GET", "/konnectors/releve", "io.cozy.konnectors")).Status != 404)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.All(await FarewellsAsync(cozy, 2), job => Assert.Contains(job.GetProperty("state").GetString(), new[] { "done", "errored" }));
        foreach (var gone in new[] { "one", "two" })
            (await cozy.AskAsync("GET", Accounts + gone, Scope)).Expect(404);
        (await cozy.AskAsync("GET", Accounts + "other", Scope)).Expect(200);
        var kept = await server.Services.GetRequiredService<IDocumentStore>().ListAsync(
            DatabaseName.ForDoctype(cozy.Instance.Id, "io.cozy.accounts.soft_deleted"), new ListQuery(), TestContext.Current.CancellationToken);
        Assert.Empty(kept.Rows);
        while (await AccountsOfTriggersAsync(cozy) != "other")
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    /// <summary>The jobs in which the connector clears away what it has of accounts, once there are so many.</summary>
    private static async Task<IReadOnlyList<JsonElement>> FarewellsAsync(Cozy cozy, int count)
    {
        while (true)
        {
            var rows = (await cozy.AskAsync("GET", "/data/io.cozy.jobs/_all_docs?include_docs=true", "io.cozy.jobs")).Json;
            var jobs = rows.TryGetProperty("rows", out var found)
                ? found.EnumerateArray().Select(row => row.GetProperty("doc"))
                    .Where(job => job.TryGetProperty("message", out var message) && message.TryGetProperty("account_deleted", out _)).ToList()
                : [];
            if (jobs.Count >= count)
                return jobs;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A token as the connector itself is given, which may read and write accounts.</summary>
    internal static async Task<string> ConnectorTokenAsync(TestServer server, Cozy cozy, string slug)
    {
        await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IPermissionsGrain>(cozy.Instance.Id).SaveAsync(
            new PermissionDocument
            {
                Id = Guid.NewGuid().ToString("N"),
                Type = PermissionTypes.Connector,
                SourceId = $"io.cozy.konnectors/{slug}",
                Rules = [.. PermissionSet.ParseScope(Scope).Rules.Select((rule, i) => new TitledRule($"rule{i}", null, rule, false))],
            },
            null,
            false);
        return new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.Connector, slug, null);
    }

    private async Task InstallConnectorAsync(Cozy cozy)
    {
        var source = archives.Offer(("manifest.konnector",
            """{"name":"Releve","slug":"releve","version":"1.0.0","type":"konnector","language":"node","on_delete_account":"onDelete.js","permissions":{"a":{"type":"io.cozy.accounts"}}}"""),
            ("index.js", ""), ("onDelete.js", ""));
        (await cozy.AskAsync("POST", $"/konnectors/releve?Source={Uri.EscapeDataString(source)}", "io.cozy.konnectors")).Expect(202);
        while ((await cozy.AskAsync("GET", "/konnectors/releve", "io.cozy.konnectors")).Expect(200)
            .Data.GetProperty("attributes").GetProperty("state").GetString() != "ready")
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async Task<string> AccountsOfTriggersAsync(Cozy cozy)
    {
        var triggers = (await cozy.AskAsync("GET", "/jobs/triggers", "io.cozy.triggers")).Expect(200).Data.EnumerateArray();
        return string.Join(' ', triggers.Select(trigger =>
            trigger.GetProperty("attributes").GetProperty("message").GetProperty("account").GetString()));
    }

    private static Task<Answer> AskAsync(Cozy cozy, string token, string method, string target, HttpContent? body = null) =>
        Permissions.Links.AskWithAsync(cozy, token, method, target, body);
}
