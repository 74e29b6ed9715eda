using System.Text.RegularExpressions;
using Cozy.Testing;
using Xunit;

namespace Cozy.Browser.Tests;

/// <summary>A real server with a data folder of its own and, beside it, a browser.</summary>
public sealed partial class OwnerServer : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("cozy-browser-").FullName;
    private readonly string _catalogue = Directory.CreateTempSubdirectory("cozy-catalogue-").FullName;
    private CozyServer? _server;
    private Browser? _browser;

    /// <summary>The browser.</summary>
    public Browser Browser => _browser!;

    /// <summary>The server that catches the mails.</summary>
    public MailCatcher Mails { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Mails = await MailCatcher.StartAsync();
        FillCatalogue();
        _server = await CozyServer.StartAsync(
            ["--data", _data],
            new Dictionary<string, string>
            {
                ["COZY_Apps__Folder"] = _catalogue,

                // The sites that connectors ask are on this machine.
                ["COZY_Jobs__AllowPrivateAddresses"] = "true",
                ["COZY_Mail__Host"] = "127.0.0.1",
                ["COZY_Mail__Port"] = $"{Mails.SmtpPort}",
                ["COZY_Mail__Security"] = "None",
            });
        _browser = await Browser.StartAsync();
    }

    /// <summary>The shipped apps, and a connector with terms.</summary>
    private void FillCatalogue()
    {
        var shipped = Path.Combine(Path.GetDirectoryName(CozyProgram.Path)!, "apps");
        foreach (var file in Directory.EnumerateFiles(shipped, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_catalogue, Path.GetRelativePath(shipped, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var connector = Directory.CreateDirectory(Path.Combine(_catalogue, "trains")).FullName;
        File.WriteAllText(Path.Combine(connector, "index.js"), "console.log('{}')");
        File.WriteAllText(
            Path.Combine(connector, "manifest.konnector"),
            """
            {"name":"Trains","slug":"trains","version":"1.0.0","type":"konnector","editor":"Test","language":"node","categories":["transport"],
             "short_description":"Fetches your tickets","frequency":"weekly","fields":{"login":{"type":"text"},"advanced_fields":{"folderPath":{"advanced":true}}},
             "terms":{"id":"trains-terms","version":"2","url":"https://trains.example/terms"},
             "permissions":{"files":{"type":"io.cozy.files","verbs":["GET","POST"],"description":"To keep your tickets"}}}
            """);
    }

    /// <summary>The link that the server prints when it is started for the first time.</summary>
    public async Task<Uri> FirstLinkAsync()
    {
        for (var i = 0; i < 500; i++)
        {
            if (Link().Match(_server!.Output) is { Success: true } link)
                return new(link.Value);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"No link was printed:\n{_server!.Output}");
    }

    /// <summary>Adds an instance that waits for its owner, and gives the link to send to the owner.</summary>
    public async Task<Uri> AddInstanceAsync(string name, params string[] options)
    {
        var output = await _server!.CliAsync(["instances", "add", $"{name}.localhost:{_server.Port}", .. options]);
        return Link().Match(output) is { Success: true } link
            ? new(link.Value)
            : throw new InvalidOperationException($"No link was printed:\n{output}");
    }

    /// <summary>Installs an app from its folder on the instance of a link.</summary>
    public Task InstallAsync(Uri link, AppFolder app) =>
        _server!.CliAsync("apps", "install", app.Path, "--domain", link.Authority);

    /// <summary>Installs a shipped app on an instance.</summary>
    public Task InstallShippedAsync(string name, string slug) =>
        _server!.CliAsync("apps", "install", slug, "--domain", $"{name}.localhost:{_server.Port}");

    /// <summary>Adds an instance whose owner has chosen a passphrase already.</summary>
    public Task AddReadyInstanceAsync(string name, params string[] options) =>
        _server!.CliAsync(["instances", "add", $"{name}.localhost:{_server.Port}", .. options]);

    /// <summary>Speaks to an instance as its operator may, for a scope.</summary>
    public async Task<CozyClient> ClientAsync(string name, string scope) =>
        new(Address, DomainOf(name), (await _server!.CliAsync(["instances", "token-cli", DomainOf(name), .. scope.Split(' ')])).Trim());

    /// <summary>Speaks to an instance as one of its apps.</summary>
    public async Task<CozyClient> AppClientAsync(string name, string slug) =>
        new(Address, DomainOf(name), (await _server!.CliAsync(["instances", "token-app", DomainOf(name), slug])).Trim());

    /// <summary>Registers a device with an instance.</summary>
    public Task AddClientAsync(string name, string clientName) => _server!.CliAsync(
        ["instances", "client-oauth", $"{name}.localhost:{_server.Port}", "http://localhost:3344/callback", clientName, "github.com/example/desktop"]);

    /// <summary>The address of the server, which asks for a <c>Host</c>: names under <c>localhost</c> are the browser's alone.</summary>
    public Uri Address => _server!.Url;

    /// <summary>The domain of an instance.</summary>
    public string DomainOf(string name) => $"{name}.localhost:{_server!.Port}";

    /// <summary>The address of an instance.</summary>
    public string RootOf(string name) => $"http://{name}.localhost:{_server!.Port}/";

    /// <summary>The address of an app of an instance.</summary>
    public string AppOf(string name, string slug) => $"http://{slug}.{name}.localhost:{_server!.Port}/";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        await Mails.DisposeAsync();
        Directory.Delete(_catalogue, recursive: true);
        Directory.Delete(_data, recursive: true);
    }

    [GeneratedRegex(@"http://[a-z0-9.-]+:\d+/\?registerToken=[0-9a-f]+", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
