using Xunit;

namespace Cozy.Web.Tests.Settings;

public sealed class AvatarTests(TestServer server)
{
    private const string Scope = "io.cozy.settings";

    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];

    [Fact]
    public async Task The_owners_picture_is_shown_to_all_until_it_is_removed()
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("PUT", "/settings/avatar", Scope, new ByteArrayContent(Png))).Expect(204);
        var shown = (await cozy.AskAsync("GET", "/public/avatar?fallback=404")).Expect(200);
        Assert.Equal(Png, shown.Bytes);
        Assert.Equal("image/png", shown.Headers["Content-Type"]);
        (await cozy.AskAsync("GET", "/public/avatar", change: request => request.Headers.Add("If-None-Match", shown.Headers["ETag"]))).Expect(304);
        (await cozy.AskAsync("GET", "/data/io.cozy.avatars/avatar", "*")).Expect(403);
        (await cozy.AskAsync("DELETE", "/settings/avatar", Scope)).Expect(204);
        (await cozy.AskAsync("DELETE", "/settings/avatar", Scope)).Expect(204);
        (await cozy.AskAsync("GET", "/public/avatar?fallback=404")).Expect(404);
    }

    [Theory]
    [InlineData("default", 200)]
    [InlineData("anonymous", 200)]
    [InlineData("initials", 200)]
    [InlineData("what", 400)]
    public async Task Without_one_something_stands_in_its_place(string fallback, int status)
    {
        var cozy = await server.CreateInstanceAsync(request => request with { PublicName = "Ada <b> Lovelace" });
        var answer = (await cozy.AskAsync("GET", $"/public/avatar?fallback={fallback}")).Expect(status);
        if (fallback == "initials")
            Assert.Contains(">AL</text>", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_picture_or_too_large_is_refused()
    {
        var cozy = await server.CreateInstanceAsync();
        (await cozy.AskAsync("PUT", "/settings/avatar", Scope, new StringContent("<svg onload='x'/>"))).Expect(422);
        (await cozy.AskAsync("PUT", "/settings/avatar", Scope, new ByteArrayContent([.. Png, .. new byte[1_000_000]]))).Expect(413);
        (await cozy.AskAsync("PUT", "/settings/avatar", "io.cozy.files", new ByteArrayContent(Png))).Expect(403);
        (await cozy.AskAsync("PUT", "/settings/avatar", null, new ByteArrayContent(Png))).Expect(401);
    }
}
