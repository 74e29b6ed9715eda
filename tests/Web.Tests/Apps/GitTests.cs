using Cozy.Testing;
using Xunit;

namespace Cozy.Web.Tests.Apps;

/// <summary>Apps from Git repositories.</summary>
public sealed class GitTests(TestServer server) : IAsyncLifetime
{
    private GitRepositories _repositories = null!;

    public async ValueTask InitializeAsync()
    {
        _repositories = await GitRepositories.ServeAsync();
        await _repositories.MakeAsync("mini", work =>
        {
            File.WriteAllText(Path.Combine(work, "manifest.webapp"), AppArchives.Manifest("1.0.0", "{}"));
            File.WriteAllText(Path.Combine(work, "index.html"), "<html>from git</html>");
            Directory.CreateDirectory(Path.Combine(work, "public"));
            File.WriteAllText(Path.Combine(work, "public", "index.html"), "<html>public</html>");
        });
        await _repositories.MakeAsync("linked", work =>
        {
            File.WriteAllText(Path.Combine(work, "manifest.webapp"), AppArchives.Manifest("1.0.0", "{}"));
            File.CreateSymbolicLink(Path.Combine(work, "secrets"), "/etc/passwd");
        });
        await _repositories.MakeBombAsync("bomb", isHollow: false);
    }

    public ValueTask DisposeAsync() => _repositories.DisposeAsync();

    [Fact]
    public async Task An_app_is_installed_from_a_branch()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Passphrase = "correct horse battery" });
        await AppTests.InstallAsync(cozy, _repositories.AddressOf("mini.git#build"));
        var app = (await cozy.AskAsync("GET", "/apps/mini", "io.cozy.apps")).Expect(200).Data.GetProperty("attributes");
        Assert.Equal("1.0.0", app.GetProperty("version").GetString());
        Assert.Contains("public", (await AppVisitor.AskAppAsync(cozy, "mini", "/public")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mini.git#main", "not reachable")]
    [InlineData("nothing.git", "not reachable")]
    [InlineData("mini.git#--upload-pack=x", "Not a branch")]
    [InlineData("linked.git", "secrets is no file")]
    [InlineData("bomb.git", "more than")]
    public async Task What_is_wrong_with_a_repository_is_said(string repository, string because)
    {
        var cozy = await server.CreateInstanceAsync();
        var source = Uri.EscapeDataString(_repositories.AddressOf(repository));
        var answer = await cozy.AskAsync("POST", $"/apps/mini?Source={source}", "io.cozy.apps");
        Assert.InRange(answer.Status, 400, 499);
        Assert.Contains(because, answer.Text, StringComparison.OrdinalIgnoreCase);
        (await cozy.AskAsync("GET", "/apps/mini", "io.cozy.apps")).Expect(404);
    }
}
