using System.Globalization;
using Xunit;

namespace Cozy.Web.Tests.Permissions;

public sealed class LinkAccessTests(TestServer server)
{
    private const string Root = "io.cozy.files.root-dir";

    [Fact]
    public async Task Whoever_has_a_code_sees_the_shared_folder_and_what_is_in_it_and_nothing_else()
    {
        var cozy = await server.CreateInstanceAsync();
        var folder = await Links.FolderAsync(cozy, Root, "Gallery");
        var inner = await Links.UploadAsync(cozy, await Links.FolderAsync(cozy, folder, "deeper"), "poster.txt");
        var outside = await Links.UploadAsync(cozy, Root, "diary.txt");
        var link = await Links.CreateAsync(cozy, $$"""{"type":"io.cozy.files","verbs":["GET"],"values":["{{folder}}"]}""");

        foreach (var code in new[] { link.Code(), link.ShortCode(), link.ShortCode() + "." })
        {
            (await cozy.AskWithAsync(code, "GET", $"/files/{folder}")).Expect(200);
            Assert.Equal("poster.txt", (await cozy.AskWithAsync(code, "GET", $"/files/download/{inner}")).Expect(200).Text);
            (await cozy.AskWithAsync(code, "GET", $"/files/{outside}")).Expect(403);
            (await cozy.AskWithAsync(code, "GET", $"/files/{Root}")).Expect(403);
            (await cozy.AskWithAsync(code, "POST", $"/files/{folder}?Type=file&Name=up.txt", new StringContent("x"))).Expect(403);
            (await cozy.AskWithAsync(code, "GET", "/data/io.cozy.contacts/a")).Expect(403);
        }

        Assert.Equal("poster.txt", (await cozy.AskAsync("GET", $"/files/download/{inner}?bearer_token={link.Code()}")).Expect(200).Text);
    }

    [Fact]
    public async Task A_link_that_only_adds_is_a_drop_box()
    {
        var cozy = await server.CreateInstanceAsync();
        var folder = await Links.FolderAsync(cozy, Root, "Inbox");
        var link = await Links.CreateAsync(cozy, $$"""{"type":"io.cozy.files","verbs":["POST"],"values":["{{folder}}"]}""");
        (await cozy.AskWithAsync(link.Code(), "POST", $"/files/{folder}?Type=file&Name=drop.txt", new StringContent("x"))).Expect(201);
        (await cozy.AskWithAsync(link.Code(), "GET", $"/files/{folder}")).Expect(403);
    }

    [Fact]
    public async Task Revoking_works_at_once_for_one_code_and_for_the_link()
    {
        var cozy = await server.CreateInstanceAsync();
        var file = await Links.UploadAsync(cozy, Root, "a.txt");
        var link = await Links.CreateAsync(cozy, $$"""{"type":"io.cozy.files","verbs":["GET"],"values":["{{file}}"]}""", "codes=anna,boris");
        (await cozy.AskWithAsync(link.Code("boris"), "GET", $"/files/{file}")).Expect(200);

        var patched = (await cozy.AskAsync(
            "PATCH", $"/permissions/{link.Id()}", Links.Files, Links.Attributes("""{"codes":{"anna":"","chris":""}}"""))).Expect(200).Data;
        Assert.Equal(link.Code("anna"), patched.Code("anna"));
        (await cozy.AskWithAsync(link.Code("boris"), "GET", $"/files/{file}")).Expect(403);
        (await cozy.AskWithAsync(link.ShortCode("boris"), "GET", $"/files/{file}")).Expect(403);
        (await cozy.AskWithAsync(link.Code("anna"), "GET", $"/files/{file}")).Expect(200);
        (await cozy.AskWithAsync(patched.Code("chris"), "GET", $"/files/{file}")).Expect(200);

        (await cozy.AskAsync("DELETE", $"/permissions/{link.Id()}", Links.Files)).Expect(204);
        (await cozy.AskWithAsync(link.Code("anna"), "GET", $"/files/{file}")).Expect(403);
        (await cozy.AskAsync("DELETE", $"/permissions/{link.Id()}", Links.Files)).Expect(404);
    }

    [Fact]
    public async Task A_code_of_one_instance_opens_no_other()
    {
        var (cozy, other) = (await server.CreateInstanceAsync(), await server.CreateInstanceAsync());
        var link = await Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["GET"]}""");
        (await other.AskWithAsync(link.Code(), "GET", $"/files/{Root}")).Expect(400);
        (await other.AskWithAsync(link.ShortCode(), "GET", $"/files/{Root}")).Expect(403);
    }

    [Fact]
    public async Task Codes_made_for_one_name_in_one_second_are_revoked_each_alone()
    {
        var cozy = await server.CreateInstanceAsync();
        var first = await Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["GET"]}""");
        var second = await Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["GET"]}""");
        Assert.NotEqual(first.Code(), second.Code());
        (await cozy.AskAsync("DELETE", $"/permissions/{first.Id()}", Links.Files)).Expect(204);
        (await cozy.AskWithAsync(first.Code(), "GET", $"/files/{Root}")).Expect(403);
        (await cozy.AskWithAsync(second.Code(), "GET", $"/files/{Root}")).Expect(200);
    }

    [Fact]
    public async Task A_link_with_a_password_opens_for_browsers_that_gave_it()
    {
        var cozy = await server.CreateInstanceAsync();
        var link = await Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["GET"]}""", more: ""","password":"swordfish" """);
        Assert.True(link.Attribute("password").GetBoolean());
        (await cozy.AskWithAsync(link.Code(), "GET", $"/files/{Root}")).Expect(400);
        (await cozy.AskWithAsync(link.ShortCode(), "GET", "/permissions/self")).Expect(400);

        (await PasswordAsync(cozy, link.Id(), "tuna")).Expect(403);
        (await PasswordAsync(cozy, "ffff", "tuna")).Expect(404);
        (await PasswordAsync(cozy, "", "tuna")).Expect(400);
        var right = (await PasswordAsync(cozy, link.Id(), "swordfish")).Expect(200);
        Assert.Equal("ok", right.Json.GetProperty("password").GetString());
        var cookie = right.Headers["Set-Cookie"].Split(';')[0];
        (await cozy.AskWithAsync(link.Code(), "GET", $"/files/{Root}", cookie: cookie)).Expect(200);
        (await cozy.AskWithAsync(link.Code(), "GET", $"/files/{Root}", cookie: cookie + "x")).Expect(400);

        (await cozy.AskAsync("PATCH", $"/permissions/{link.Id()}", Links.Files, Links.Attributes("""{"password":"marlin"}"""))).Expect(200);
        (await cozy.AskWithAsync(link.Code(), "GET", $"/files/{Root}", cookie: cookie)).Expect(400);
        (await cozy.AskAsync("PATCH", $"/permissions/{link.Id()}", Links.Files, Links.Attributes("""{"password":""}"""))).Expect(200);
        (await cozy.AskWithAsync(link.Code(), "GET", $"/files/{Root}")).Expect(200);
        Assert.Equal("none", (await PasswordAsync(cozy, link.Id(), "tuna")).Expect(200).Json.GetProperty("password").GetString());
    }

    [Fact]
    public async Task Passwords_of_one_link_cannot_be_tried_without_end_and_others_do_not_notice()
    {
        var cozy = await server.CreateInstanceAsync();
        var attacked = await Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["GET"]}""", more: ""","password":"swordfish" """);
        var quiet = await Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["GET"]}""", more: ""","password":"marlin" """);
        var statuses = new List<int>();
        for (var i = 0; i < 40; i++)
            statuses.Add((await PasswordAsync(cozy, attacked.Id(), i.ToString(CultureInfo.InvariantCulture))).Status);
        Assert.Equal(30, statuses.Count(status => status == 403));
        Assert.Equal(10, statuses.Count(status => status == 429));
        (await PasswordAsync(cozy, quiet.Id(), "marlin")).Expect(200);
    }

    [Fact]
    public async Task A_link_ends_when_it_was_said_to()
    {
        var cozy = await server.CreateInstanceAsync();
        var link = await Links.CreateAsync(
            cozy, """{"type":"io.cozy.files","verbs":["GET"]}""", more: ""","expires_at":"2001-01-02T03:04:05Z" """);
        Assert.Equal("2001-01-02T03:04:05Z", link.Attribute("expires_at").GetString());
        Assert.Contains("Expired", (await cozy.AskWithAsync(link.Code(), "GET", $"/files/{Root}")).Expect(400).Text, StringComparison.Ordinal);
        (await cozy.AskAsync("PATCH", $"/permissions/{link.Id()}", Links.Files, Links.Attributes("""{"expires_at":"2042-01-01T00:00:00Z"}"""))).Expect(200);
        (await cozy.AskWithAsync(link.Code(), "GET", $"/files/{Root}")).Expect(200);
    }

    [Fact]
    public async Task Tiny_codes_are_six_digits_for_an_hour_at_most_and_guessing_them_is_stopped()
    {
        var cozy = await server.CreateInstanceAsync();
        const string Rule = """{"type":"io.cozy.files","verbs":["GET"]}""";
        Assert.Equal(12, (await Links.CreateAsync(cozy, Rule, "codes=visitor&tiny=true&ttl=2h")).ShortCode().Length);
        Assert.Equal(12, (await Links.CreateAsync(cozy, Rule, "codes=visitor&tiny=true")).ShortCode().Length);
        var long_ = await Links.CreateAsync(cozy, Rule);
        var tiny = (await Links.CreateAsync(cozy, Rule, "codes=visitor&tiny=true&ttl=30m")).ShortCode();
        Assert.Matches("^[0-9]{6}$", tiny);
        (await cozy.AskWithAsync(tiny, "GET", $"/files/{Root}")).Expect(200);

        var statuses = new HashSet<int>();
        for (var guess = 0; guess < 60; guess++)
        {
            var code = guess.ToString("000000", CultureInfo.InvariantCulture);
            if (code != tiny)
                statuses.Add((await cozy.AskWithAsync(code, "GET", $"/files/{Root}")).Status);
        }

        Assert.Equal([403, 429], statuses.Order());
        (await cozy.AskWithAsync(long_.ShortCode(), "GET", $"/files/{Root}")).Expect(200);
    }

    private static Task<Answer> PasswordAsync(Cozy cozy, string id, string password) => cozy.AskAsync(
        "POST", "/auth/share-by-link/password", null,
        new FormUrlEncodedContent([new("perm_id", id), new("password", password)]));
}
