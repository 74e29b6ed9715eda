using Cozy.Grains.Apps;
using Xunit;

namespace Cozy.Web.Tests.Apps;

public sealed class DevelopmentTests(TestServer server) : IDisposable
{
    private const string Passphrase = "correct horse battery";

    private readonly string _folder = Directory.CreateTempSubdirectory("cozy-dev-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_folder_is_served_as_it_is_and_its_pages_load_again_when_a_file_changes()
    {
        var cozy = await ArrangeAsync();
        var cookie = await AppVisitor.LogInAsync(server, cozy, Passphrase);
        var page = (await AppVisitor.AskAppAsync(cozy, "todo", "/", cookie)).Expect(200);
        Assert.Contains(">todo 1.0.0<script src=\"/.cozy-dev/reload.js\"></script></body>", page.Text, StringComparison.Ordinal);
        Assert.Contains("EventSource", (await AppVisitor.AskAppAsync(cozy, "todo", "/.cozy-dev/reload.js")).Expect(200).Text, StringComparison.Ordinal);

        var watching = new TaskCompletionSource();
        var reloaded = AppVisitor.ListenAsync(server, cozy, "todo", "/.cozy-dev/events", cookie, watching);
        await watching.Task.WaitAsync(TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "todo", "new.js"), "one", TestContext.Current.CancellationToken);
        Assert.Equal("event: reload", await reloaded);
        var script = (await AppVisitor.AskAppAsync(cozy, "todo", "/new.js", cookie)).Expect(200);
        Assert.Equal("one", script.Text);
        Assert.Equal("no-store", script.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task What_a_folder_serves_stays_in_it_and_is_for_the_owner()
    {
        var cozy = await ArrangeAsync();
        var cookie = await AppVisitor.LogInAsync(server, cozy, Passphrase);
        await File.WriteAllTextAsync(Path.Combine(_folder, "secret.txt"), "secret", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(_folder, "todo", "link.txt"), Path.Combine(_folder, "secret.txt"));
        foreach (var path in new[] { "/link.txt", "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/..%5csecret.txt", "/none.js" })
            (await AppVisitor.AskAppAsync(cozy, "todo", path, cookie)).Expect(404);
        (await AppVisitor.AskAppAsync(cozy, "todo", "/")).Expect(302);
        (await AppVisitor.AskAppAsync(cozy, "todo", "/icon.svg")).Expect(401);
        (await AppVisitor.AskAppAsync(cozy, "todo", "/.cozy-dev/events")).Expect(404);

        foreach (var source in new[] { "dev:///tmp", "DEV:///tmp" })
            (await cozy.AskAsync("POST", $"/apps/other?Source={source}", "io.cozy.apps")).Expect(422);
    }

    private async Task<Cozy> ArrangeAsync()
    {
        var cozy = await server.CreateInstanceAsync(request => request with { Passphrase = Passphrase });
        ShippedApps.Write(_folder, "todo", "1.0.0", """ "permissions":{"x":{"type":"com.example.todos"} } """);
        var apps = server.Apps(cozy);
        await apps.StartAsync(new AppOperation
        {
            Id = Guid.NewGuid().ToString("N"),
            Kind = AppKind.WebApp,
            Slug = "todo",
            Source = InstalledApp.DevelopmentSource + Path.Combine(_folder, "todo"),
        });
        Assert.True((await apps.SettleAsync(AppKind.WebApp, "todo"))!.IsReady);
        return cozy;
    }
}
