using Cozy.Grains.Permissions;
using Cozy.Web.Auth.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Permissions;

public sealed class PermissionRoutesTests(TestServer server)
{
    [Fact]
    public async Task Self_tells_what_a_token_allows()
    {
        var cozy = await server.CreateInstanceAsync();
        var self = (await cozy.AskAsync("GET", "/permissions/self", "io.cozy.files io.cozy.contacts:GET io.cozy.notes:GET,POST:a,b:tags")).Expect(200);
        Assert.Equal(
            """{"data":{"type":"io.cozy.permissions","id":"","attributes":{"type":"cli","permissions":{"rule0":{"type":"io.cozy.files"},"rule1":{"type":"io.cozy.contacts","verbs":["GET"]},"rule2":{"type":"io.cozy.notes","verbs":["GET","POST"],"selector":"tags","values":["a","b"]}}},"meta":{},"links":{"self":"/permissions/"}}}""",
            self.Text);
        (await cozy.AskAsync("GET", "/permissions/self")).Expect(401);
    }

    [Fact]
    public async Task A_link_shows_its_codes_only_to_who_makes_it()
    {
        var cozy = await server.CreateInstanceAsync();
        var app = await Links.InstallAsync(server, cozy, "mini", "io.cozy.files");
        var made = (await cozy.AskWithAsync(app, "POST", "/permissions?codes=visitor", Links.Attributes(
            """{"permissions":{"show":{"type":"io.cozy.files","description":"mine","verbs":["GET"],"values":["f1"]}}}"""))).Expect(200).Data;
        Assert.Equal("share", made.Attribute("type").GetString());
        Assert.Equal("io.cozy.apps/mini", made.Attribute("source_id").GetString());
        Assert.Equal("mini", made.Attribute("cozyMetadata").GetProperty("createdByApp").GetString());
        Assert.Equal(12, made.ShortCode().Length);

        var read = (await cozy.AskWithAsync(app, "GET", $"/permissions/{made.Id()}")).Expect(200);
        Assert.DoesNotContain("codes", read.Text, StringComparison.Ordinal);
        Assert.Contains("\"description\":\"mine\"", read.Text, StringComparison.Ordinal);
        (await cozy.AskWithAsync(made.Code(), "GET", "/permissions/self")).Expect(200);
        (await cozy.AskWithAsync(made.Code(), "GET", $"/permissions/{made.Id()}")).Expect(200);
        (await cozy.AskAsync("GET", $"/permissions/{made.Id()}", Links.Files)).Expect(403);
        (await cozy.AskWithAsync(app, "GET", "/permissions/ffffffffffffffffffffffffffffffff")).Expect(404);
        Assert.Contains("missing", (await cozy.AskAsync("GET", "/permissions/ffff", "*")).Expect(404).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("io.cozy.files", """{"type":"io.cozy.contacts","verbs":["GET"]}""")]
    [InlineData("io.cozy.files:GET", """{"type":"io.cozy.files","verbs":["POST"]}""")]
    [InlineData("io.cozy.files:GET", """{"type":"io.cozy.files","verbs":["ALL"],"values":["a"]}""")]
    [InlineData("io.cozy.files:GET", """{"type":"io.cozy.files","values":["a"]}""")]
    [InlineData("io.cozy.files:GET:a", """{"type":"io.cozy.files","verbs":["GET"],"values":["b"]}""")]
    [InlineData("io.cozy.files:GET:a", """{"type":"io.cozy.files","verbs":["GET"]}""")]
    [InlineData("io.cozy.files:GET:a", """{"type":"io.cozy.files","verbs":["GET"],"selector":"tags","values":["a"]}""")]
    [InlineData("io.cozy.files", """{"type":"io.cozy.files.*"}""")]
    [InlineData("io.cozy.files", """{"type":"*"}""")]
    [InlineData("io.cozy.files", """{"verbs":["GET"]}""")]
    public async Task Nobody_gives_more_than_they_have(string scope, string rule)
    {
        var cozy = await server.CreateInstanceAsync();
        var answer = (await cozy.AskAsync(
            "POST", "/permissions?codes=x", scope, Links.Attributes("""{"permissions":{"r":""" + rule + "}}"))).Expect(403);
        Assert.Contains("Attempt to create a larger permission set", answer.Text, StringComparison.Ordinal);
        Assert.Empty((await cozy.AskAsync("GET", "/permissions/doctype/io.cozy.files/shared-by-link", "*")).Expect(200).Data.EnumerateArray());
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("", 400)]
    [InlineData("[]", 400)]
    [InlineData("""{"data":{"attributes":{"permissions":{"r":{"type":"io.cozy.files","verbs":["EAT"]}}}}}""", 400)]
    [InlineData("""{"data":{"attributes":{"permissions":{"r":{"type":"io.cozy.files","selector":"tags"}}}}}""", 400)]
    [InlineData("""{"data":{"attributes":{"permissions":[]}}}""", 400)]
    [InlineData("""{"data":{"attributes":{"expires_at":"tomorrow"}}}""", 422)]
    [InlineData("""{"data":{"attributes":{"password":1}}}""", 422)]
    public async Task Bad_requests_are_refused(string body, int status)
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("POST", "/permissions?codes=x", Links.Files, Cozy.Json(body))).Expect(status);
    }

    [Fact]
    public async Task Links_cannot_make_links_and_only_their_makers_change_them()
    {
        var cozy = await server.CreateInstanceAsync();
        var app = await Links.InstallAsync(server, cozy, "mini", "io.cozy.files");
        var link = (await cozy.AskWithAsync(app, "POST", "/permissions?codes=visitor", Links.Attributes(
            """{"permissions":{"show":{"type":"io.cozy.files","verbs":["GET"]}}}"""))).Expect(200).Data;
        var same = Links.Attributes("""{"permissions":{"show":{"type":"io.cozy.files","verbs":["GET"]}}}""");
        (await cozy.AskWithAsync(link.Code(), "POST", "/permissions?codes=sub", same)).Expect(403);
        (await cozy.AskWithAsync(link.Code(), "DELETE", $"/permissions/{link.Id()}")).Expect(403);
        (await cozy.AskWithAsync(link.Code(), "PATCH", $"/permissions/{link.Id()}", Links.Attributes("""{"password":"x"}"""))).Expect(403);
        (await cozy.AskAsync("DELETE", $"/permissions/{link.Id()}", "io.cozy.contacts")).Expect(403);
        foreach (var reader in new[] { "io.cozy.files:GET", "io.cozy.files:GET,PUT,POST" })
        {
            (await cozy.AskAsync("DELETE", $"/permissions/{link.Id()}", reader)).Expect(403);
            (await cozy.AskAsync("PATCH", $"/permissions/{link.Id()}", reader, Links.Attributes("""{"password":"x"}"""))).Expect(403);
        }

        (await cozy.AskAsync("PATCH", $"/permissions/{link.Id()}", "io.cozy.files:GET,PATCH", Links.Attributes("""{"expires_at":""}"""))).Expect(200);
        (await cozy.AskWithAsync(app, "DELETE", $"/permissions/{link.Id()}")).Expect(204);
        Assert.Contains("deleted", (await cozy.AskWithAsync(app, "GET", $"/permissions/{link.Id()}")).Expect(404).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_are_added_replaced_and_removed()
    {
        var cozy = await server.CreateInstanceAsync();
        var link = await Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["GET"],"values":["a"]}""");
        var address = $"/permissions/{link.Id()}";
        var patched = (await cozy.AskAsync("PATCH", address, Links.Files, Links.Attributes(
            """{"permissions":{"more":{"type":"io.cozy.files","verbs":["GET"],"values":["b"]}}}"""))).Expect(200).Data;
        Assert.Equal("b", patched.Attribute("permissions").GetProperty("more").GetProperty("values")[0].GetString());
        (await cozy.AskAsync("PATCH", address, Links.Files, Links.Attributes("""{"permissions":{"c":{"type":"io.cozy.contacts"}}}"""))).Expect(403);
        patched = (await cozy.AskAsync("PATCH", address, Links.Files, Links.Attributes("""{"permissions":{"show":{}}}"""))).Expect(200).Data;
        Assert.Equal(["more"], patched.Attribute("permissions").EnumerateObject().Select(rule => rule.Name));
        (await cozy.AskAsync("PATCH", address, Links.Files, Links.Attributes("""{"codes":{"x":""},"permissions":{}}"""))).Expect(400);
        (await cozy.AskAsync("PATCH", address, Links.Files, Links.Attributes("{}"))).Expect(400);
    }

    [Fact]
    public async Task The_token_of_an_app_allows_what_its_document_says_now()
    {
        var cozy = await server.CreateInstanceAsync();
        var app = await Links.InstallAsync(server, cozy, "mini", "io.cozy.recipes");
        (await cozy.AskWithAsync(app, "POST", "/data/io.cozy.recipes/", Cozy.Json("{}"))).Expect(201);
        (await cozy.AskWithAsync(app, "POST", "/data/io.cozy.todos/", Cozy.Json("{}"))).Expect(403);
        (await cozy.AskAsync("PATCH", "/permissions/apps/mini", "io.cozy.recipes io.cozy.todos", Links.Attributes(
            """{"permissions":{"extra":{"type":"io.cozy.todos","verbs":["POST"]}}}"""))).Expect(200);
        (await cozy.AskWithAsync(app, "POST", "/data/io.cozy.todos/", Cozy.Json("{}"))).Expect(201);

        (await cozy.AskWithAsync(app, "PATCH", "/permissions/apps/none", Links.Attributes("""{"permissions":{}}"""))).Expect(404);
        (await cozy.AskAsync("PATCH", "/permissions/apps/mini", "io.cozy.recipes", Links.Attributes("""{"permissions":{}}"""))).Expect(403);
        var unknown = new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.App, "none", null);
        (await cozy.AskWithAsync(unknown, "GET", "/permissions/self")).Expect(400);
    }

    [Fact]
    public async Task The_token_of_an_opened_app_is_worth_nothing_without_the_browsers_session()
    {
        var cozy = await server.CreateInstanceAsync();
        await Links.InstallAsync(server, cozy, "mini", "io.cozy.recipes");
        var token = new TokenIssuer(TimeProvider.System).Issue(cozy.Instance, TokenAudience.App, "mini", null, sessionId: "s1");
        (await cozy.AskWithAsync(token, "GET", "/permissions/self")).Expect(400);
    }

    [Fact]
    public async Task Links_of_a_doctype_are_listed_in_pages()
    {
        var cozy = await server.CreateInstanceAsync();
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
            made.Add((await Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["GET"]}""")).Id());
        await Links.CreateAsync(cozy, """{"type":"io.cozy.contacts"}""", scope: "io.cozy.contacts");

        var found = new List<string>();
        var address = "/permissions/doctype/io.cozy.files/shared-by-link?page[limit]=2";
        while (address is not null)
        {
            var page = (await cozy.AskAsync("GET", address, Links.Files)).Expect(200).Json;
            found.AddRange(page.GetProperty("data").EnumerateArray().Select(link => link.Id()));
            address = page.GetProperty("links").TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        Assert.Equal(made.Order(StringComparer.Ordinal), found);
        (await cozy.AskAsync("GET", "/permissions/doctype/io.cozy.files/sharedByLink", "io.cozy.files:GET:a")).Expect(403);
        (await cozy.AskAsync("GET", "/permissions/doctype/io.cozy.files/shared-by-link?page[cursor]=x", Links.Files)).Expect(400);
    }

    [Fact]
    public async Task Exists_tells_which_documents_are_shared_and_how()
    {
        var cozy = await server.CreateInstanceAsync();
        await Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["GET"],"values":["a"]}""");
        await Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["POST"],"values":["a"]}""");
        var body = """{"data":[{"type":"io.cozy.files","id":"a"},{"type":"io.cozy.files","id":"b"}]}""";
        Assert.Equal(
            """{"data":[{"id":"a","type":"io.cozy.files","verbs":["GET","POST"]}]}""",
            (await cozy.AskAsync("POST", "/permissions/exists", Links.Files, Cozy.Json(body))).Expect(200).Text);
        Assert.Equal(
            """{"data":null}""",
            (await cozy.AskAsync("POST", "/permissions/exists", "io.cozy.files:GET:b", Cozy.Json(body))).Expect(200).Text);
        (await cozy.AskAsync("POST", "/permissions/exists", Links.Files, Cozy.Json("""{"data":[1]}"""))).Expect(400);
    }

    [Fact]
    public async Task What_was_written_is_read_again_after_the_grain_forgot_it()
    {
        var cozy = await server.CreateInstanceAsync();
        var link = await Links.CreateAsync(
            cozy, """{"type":"io.cozy.files","verbs":["GET"],"values":["a"]}""", "codes=visitor&ttl=1D", ""","password":"p" """);
        var grain = server.Services.GetRequiredService<IGrainFactory>().GetGrain<IPermissionsGrain>(cozy.Instance.Id);
        var before = await grain.GetAsync(link.Id());
        await grain.ForgetAsync();
        var after = await grain.GetAsync(link.Id());
        Assert.NotSame(before, after);
        Assert.Equal(before.Codes, after.Codes);
        Assert.Equal(before.PasswordHash, after.PasswordHash);
        Assert.Equal(before.ExpiresAt, after.ExpiresAt);
        Assert.Equal(before.Revision, after.Revision);
        Assert.True(before.Set.Includes(after.Set) && after.Set.Includes(before.Set));
        Assert.Equal(before.Metadata.ToArray(), after.Metadata.ToArray());
        Assert.NotNull(await grain.FindByShortCodeAsync(link.ShortCode()));
    }
}
