using System.Net;
using System.Text.Json;
using Xunit;

namespace Cozy.Web.Tests.Apps;

public sealed class AppServingTests(TestServer server, AppArchives archives)
{
    private const string Passphrase = "correct horse battery";

    [Fact]
    public async Task A_private_page_is_for_the_owner_and_carries_a_token_that_works_with_the_session_alone()
    {
        var (cozy, cookie) = await ArrangeAsync();
        var away = (await AskAppAsync(cozy, "/")).Expect(302);
        Assert.Equal(
            $"http://{cozy.Instance.Domain}/auth/login?redirect={Uri.EscapeDataString($"http://mini.{cozy.Instance.Domain}/")}",
            away.Headers["Location"]);
        (await AskAppAsync(cozy, "/app.0123456789ab.js")).Expect(401);

        var page = (await AskAppAsync(cozy, "/", cookie)).Expect(200);
        Assert.Contains("private Mini &amp; more</body>", page.Text, StringComparison.Ordinal);
        Assert.Contains("no-store", page.Headers["Cache-Control"], StringComparison.Ordinal);
        var data = DataOf(page.Text);
        Assert.True(data.GetProperty("isLoggedIn").GetBoolean());
        Assert.Equal(cozy.Instance.Domain, data.GetProperty("domain").GetString());
        Assert.Equal("Mini & more", data.GetProperty("app").GetProperty("name").GetString());

        var token = data.GetProperty("token").GetString()!;
        (await Permissions.Links.AskWithAsync(cozy, token, "GET", "/files/io.cozy.files.root-dir", cookie: cookie)).Expect(200);
        (await Permissions.Links.AskWithAsync(cozy, token, "GET", "/files/io.cozy.files.root-dir")).Expect(400);
    }

    [Fact]
    public async Task A_public_page_is_for_all_and_carries_the_code_of_a_link()
    {
        var (cozy, _) = await ArrangeAsync();
        Assert.Contains("data-token=\"\"", (await AskAppAsync(cozy, "/public")).Expect(200).Text, StringComparison.Ordinal);
        var link = await Permissions.Links.CreateAsync(cozy, """{"type":"io.cozy.files","verbs":["GET"]}""");
        var code = Permissions.Links.ShortCode(link);
        Assert.Contains($"data-token=\"{code}\"", (await AskAppAsync(cozy, $"/public?sharecode={code}")).Text, StringComparison.Ordinal);
        Assert.Contains("data-token=\"\"", (await AskAppAsync(cozy, "/public/?sharecode=%22guess")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_compressed_cached_and_not_sent_twice()
    {
        var (cozy, cookie) = await ArrangeAsync();
        const string Script = "/app.0123456789ab.js";
        var plain = (await AskAppAsync(cozy, Script, cookie)).Expect(200);
        Assert.Equal("public, max-age=31536000, immutable", plain.Headers["Cache-Control"]);
        Assert.Equal("text/javascript; charset=utf-8", plain.Headers["Content-Type"]);
        Assert.Contains("console.log", plain.Text, StringComparison.Ordinal);

        var small = (await AskAppAsync(cozy, Script, cookie, request => request.Headers.Add("Accept-Encoding", "gzip, br"))).Expect(200);
        Assert.Equal("br", small.Headers["Content-Encoding"]);
        Assert.True(small.Bytes.Length < plain.Bytes.Length / 4);
        using var unpacked = new StreamReader(new System.IO.Compression.BrotliStream(
            new MemoryStream(small.Bytes), System.IO.Compression.CompressionMode.Decompress));
        Assert.Equal(plain.Text, await unpacked.ReadToEndAsync(TestContext.Current.CancellationToken));

        var again = await AskAppAsync(cozy, Script, cookie, request => request.Headers.Add("If-None-Match", plain.Headers["ETag"]));
        Assert.Empty(again.Expect(304).Bytes);
        var icon = (await AskAppAsync(cozy, "/icon.svg", cookie)).Expect(200);
        Assert.Contains("no-cache", icon.Headers["Cache-Control"], StringComparison.Ordinal);
        (await AskAppAsync(cozy, "/none.js", cookie)).Expect(404);
        (await AskAppAsync(cozy, "/", cookie, method: "POST")).Expect(405);
    }

    [Fact]
    public async Task The_host_of_an_app_is_not_the_API_and_lets_nobody_frame_it()
    {
        var (cozy, cookie) = await ArrangeAsync();
        foreach (var path in new[] { "/data/", "/files/io.cozy.files.root-dir", "/auth/login", "/apps/", "/../manifest.konnector" })
            (await AskAppAsync(cozy, path, cookie)).Expect(404);
        var policy = (await AskAppAsync(cozy, "/public")).Headers["Content-Security-Policy"];
        Assert.Contains("frame-ancestors 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'unsafe", policy, StringComparison.Ordinal);
        (await AskAppAsync(cozy, "/", slug: "ghost")).Expect(404);
    }

    [Fact]
    public async Task Instances_that_install_the_same_share_its_files()
    {
        var source = archives.OfferMini();
        var (first, _) = await ArrangeAsync(source);
        var (second, _) = await ArrangeAsync(source);
        (await first.AskAsync("DELETE", "/apps/mini", "io.cozy.apps")).Expect(200);
        (await AskAppAsync(second, "/public")).Expect(200);
        (await AskAppAsync(first, "/public")).Expect(404);
    }

    private async Task<(Cozy Cozy, string Cookie)> ArrangeAsync(string? source = null)
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Passphrase = Passphrase });
        (await cozy.AskAsync("POST", $"/apps/mini?Source={Uri.EscapeDataString(source ?? archives.OfferMini())}", "io.cozy.apps")).Expect(202);
        await AppTests.UntilAsync(cozy, "mini", state => state == "ready");
        return (cozy, await AppVisitor.LogInAsync(server, cozy, Passphrase));
    }

    private static Task<Answer> AskAppAsync(
        Cozy cozy, string target, string? cookie = null, Action<HttpRequestMessage>? change = null, string method = "GET",
        string slug = "mini") => AppVisitor.AskAppAsync(cozy, slug, target, cookie, change, method);

    private static JsonElement DataOf(string page)
    {
        var start = page.IndexOf("data-cozy=\"", StringComparison.Ordinal) + "data-cozy=\"".Length;
        var text = page[start..page.IndexOf('"', start)];
        return JsonDocument.Parse(WebUtility.HtmlDecode(text)).RootElement;
    }
}
