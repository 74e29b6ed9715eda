using Cozy.Grains.Apps;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Cozy.Web.Tests.Apps;

public sealed class PackageSweepTests(TestServer server, AppArchives archives)
{
    [Fact]
    public async Task A_package_that_nobody_uses_any_longer_is_removed_and_comes_back_when_it_is_wanted()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Passphrase = "x" });
        var source = archives.OfferMini($"1.0.{Random.Shared.Next()}");
        var package = await InstallAsync(cozy, source);
        await SweepAsync();
        await SweepAsync();
        Assert.NotNull(await FindAsync(package));

        (await cozy.AskAsync("DELETE", "/apps/mini", "io.cozy.apps")).Expect(200);
        await SweepAsync();
        Assert.Contains(ContentsOf(package), File.Exists);
        await SweepAsync();
        Assert.Empty(ContentsOf(package));

        // Front ends remember where a package was.
        Assert.Equal(package, await InstallAsync(cozy, source));
        var page = await AppVisitor.AskAppAsync(cozy, "mini", "/public");
        Assert.Contains("public", page.Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_is_noted_as_unused_stays_when_it_is_wanted_again()
    {
        var (first, second) = (await server.CreateInstanceAsync(), await server.CreateInstanceAsync());
        var source = archives.OfferMini($"2.0.{Random.Shared.Next()}");
        var package = await InstallAsync(first, source);
        (await first.AskAsync("DELETE", "/apps/mini", "io.cozy.apps")).Expect(200);
        await SweepAsync();
        await InstallAsync(second, source);
        await SweepAsync();
        await SweepAsync();
        Assert.NotNull(await FindAsync(package));
    }

    private string[] ContentsOf(string package) =>
    [
        .. Directory.EnumerateFiles(server.FilesFolder, "*", SearchOption.AllDirectories)
            .Where(path => path.Contains(package[..20], StringComparison.Ordinal)),
    ];

    private static async Task<string> InstallAsync(Cozy cozy, string source)
    {
        (await cozy.AskAsync("POST", $"/apps/mini?Source={Uri.EscapeDataString(source)}", "io.cozy.apps")).Expect(202);
        return (await AppTests.UntilAsync(cozy, "mini", state => state == "ready")).GetProperty("checksum").GetString()!;
    }

    private Task<SweepReport> SweepAsync() =>
        server.Services.GetRequiredService<IGrainFactory>().GetGrain<IAppUpdatesGrain>(0).RunAsync();

    private async Task<AppPackage?> FindAsync(string id) =>
        await server.Services.GetRequiredService<IGrainFactory>().GetGrain<IAppPackageGrain>(id).GetAsync();
}
