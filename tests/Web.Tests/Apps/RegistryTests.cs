using System.Text;
using Xunit;

namespace Cozy.Web.Tests.Apps;

public sealed class RegistryTests(TestServer server, AppArchives archives)
{
    private const string Scope = "io.cozy.apps";

    [Fact]
    public async Task The_registries_of_the_context_are_asked_and_what_they_say_is_handed_on()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { ContextName = "shop" });
        archives.Offer("/registry", """{"data":[{"slug":"pear"}],"meta":{"count":1,"next_cursor":"x"}}"""u8.ToArray());
        archives.Offer("/registry/maintenance", """[{"slug":"pear"}]"""u8.ToArray());
        archives.Offer("/registry/pear/icon", "<svg/>"u8.ToArray());
        var list = (await cozy.AskAsync("GET", "/registry?limit=10&filter[type]=webapp", Scope)).Expect(200);
        Assert.Equal("""{"data":[{"slug":"pear"}],"meta":{"count":1,"next_cursor":"x"}}""", list.Text);
        Assert.Equal("""[{"slug":"pear"}]""", (await cozy.AskAsync("GET", "/registry/maintenance", Scope)).Expect(200).Text);
        Assert.Equal("<svg/>", (await cozy.AskAsync("GET", "/registry/pear/icon", Scope)).Expect(200).Text);
        (await cozy.AskAsync("GET", "/registry/ghost", Scope)).Expect(404);

        // What no registry knows may be shipped.
        (await cozy.AskAsync("GET", "/registry/album", Scope)).Expect(200);
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_is_a_clear_error_for_its_instances_alone()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { ContextName = "closed" });
        (await cozy.AskAsync("GET", "/registry", Scope)).Expect(503);
        (await cozy.AskAsync("POST", "/apps/pear?Source=registry://pear/stable", Scope)).Expect(503);
        var other = await server.CreateInstanceAsync();
        (await other.AskAsync("GET", "/registry", Scope)).Expect(200);
    }

    [Fact]
    public async Task An_app_of_a_registry_is_updated_when_it_is_used_but_not_if_it_asks_for_more()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { ContextName = "shop" });
        var slug = $"app{Guid.NewGuid():N}"[..20];
        OfferVersion(slug, "1.0.0", """{"files":{"type":"io.cozy.files"}}""");
        (await cozy.AskAsync("POST", $"/apps/{slug}?Source=registry://{slug}/stable", Scope)).Expect(202);
        await UntilVersionAsync(cozy, slug, "version", "1.0.0");

        OfferVersion(slug, "1.1.0", """{"files":{"type":"io.cozy.files","verbs":["GET"]}}""");
        await SweepAsync(cozy);
        await UntilVersionAsync(cozy, slug, "version", "1.1.0");

        OfferVersion(slug, "2.0.0", """{"contacts":{"type":"io.cozy.contacts"}}""");
        await SweepAsync(cozy);
        await UntilVersionAsync(cozy, slug, "available_version", "2.0.0");
        await SweepAsync(cozy);
        Assert.Equal(1, archives.CountOf($"/{slug}-2.0.0.tar.gz"));
        (await cozy.AskAsync("PUT", $"/apps/{slug}?PermissionsAcked=true", Scope)).Expect(202);
        await UntilVersionAsync(cozy, slug, "version", "2.0.0");
    }

    [Fact]
    public async Task The_archive_of_an_app_is_at_its_registry_or_made_from_its_files()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { ContextName = "shop", Apps = ["album"] });
        var slug = $"app{Guid.NewGuid():N}"[..20];
        var address = OfferVersion(slug, "1.0.0", "{}");
        (await cozy.AskAsync("POST", $"/apps/{slug}?Source=registry://{slug}/stable", Scope)).Expect(202);
        await UntilVersionAsync(cozy, slug, "version", "1.0.0");
        Assert.Equal(address, (await cozy.AskAsync("GET", $"/apps/{slug}/download", Scope)).Expect(303).Headers["Location"]);
        Assert.Equal(address, (await cozy.AskAsync("GET", $"/apps/{slug}/download/1.0.0", Scope)).Expect(303).Headers["Location"]);
        (await cozy.AskAsync("GET", $"/apps/{slug}/download/9.9.9", Scope)).Expect(412);

        await AppTests.UntilAsync(cozy, "album", state => state == "ready");
        var archive = (await cozy.AskAsync("GET", "/apps/album/download", Scope)).Expect(200);
        Assert.Equal("application/gzip", archive.Headers["Content-Type"]);
        using var tar = new System.Formats.Tar.TarReader(new System.IO.Compression.GZipStream(
            new MemoryStream(archive.Bytes), System.IO.Compression.CompressionMode.Decompress));
        var names = new List<string>();
        while (await tar.GetNextEntryAsync(cancellationToken: TestContext.Current.CancellationToken) is { } entry)
            names.Add(entry.Name);
        Assert.Equal(["icon.svg", "index.html", "manifest.webapp", "shots/one.png"], names);
        (await cozy.AskAsync("GET", "/apps/album/download", "io.cozy.files")).Expect(403);
        (await cozy.AskAsync("GET", "/apps/ghost/download", Scope)).Expect(404);
    }

    /// <summary>What the operator's daily look does, for one instance.</summary>
    private Task<IReadOnlyList<string>> SweepAsync(Cozy cozy) => server.Apps(cozy).SweepAsync();

    private string OfferVersion(string slug, string version, string permissions)
    {
        var address = archives.Offer($"/{slug}-{version}.tar.gz", AppArchives.Tar(
            ("manifest.webapp", AppArchives.Manifest(version, permissions)), ("index.html", version)));
        archives.Offer($"/registry/{slug}/stable/latest", VersionJson(address, version));
        archives.Offer($"/registry/{slug}/{version}", VersionJson(address, version));
        return address;
    }

    private static byte[] VersionJson(string address, string version) =>
        Encoding.UTF8.GetBytes($$"""{"version":"{{version}}","url":"{{address}}"}""");

    private static async Task UntilVersionAsync(Cozy cozy, string slug, string member, string version)
    {
        while (true)
        {
            var attributes = await AppTests.UntilAsync(cozy, slug, state => state == "ready");
            if (attributes.TryGetProperty(member, out var value) && value.GetString() == version)
                return;
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
