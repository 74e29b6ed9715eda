using System.CommandLine;
using System.Text.Json;
using Cozy.Grains.Apps;

namespace Cozy.Silo.CommandLine.Apps;

/// <summary><c>cozy apps</c> and <c>cozy konnectors</c>.</summary>
internal sealed class AppsCommand(ServerConnection server, AppKind kind)
{
    private readonly Option<string> _domain = new("--domain")
    {
        Description = "The domain of the instance, with its port if not the default, such as alice.localhost:8080.",
        HelpName = "domain",
        Required = true,
    };

    private readonly Option<string?> _oneDomain = new("--domain")
    {
        Description = "The domain of the instance, with its port if not the default, such as alice.localhost:8080.",
        HelpName = "domain",
    };

    private readonly Option<bool> _allDomains = new("--all-domains") { Description = "Do it for every instance, one after the other." };

    private readonly Option<string?> _parameters = new("--parameters")
    {
        Description = "What the program is told besides its manifest, a JSON object.",
        HelpName = "json",
    };

    private readonly Argument<string> _slug = new("slug")
    {
        Description = "The short name, such as drive. To install a folder of this machine, its path will do.",
    };

    private readonly Option<bool> _dev = new("--dev")
    {
        Description = "Serve the folder as it is, and have open pages load again when a file changes. For a server on this machine.",
    };

    private readonly Argument<string?> _source = new("source")
    {
        Description = "registry://slug/channel, an address of a .tar.gz or .zip, git+https://…#branch, or a folder of the "
            + "server's machine. Without it: the stable channel of the registry, or where it came from.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _ackPermissions = new("--ack-permissions")
    {
        Description = "Agree to permissions that are wider than before.",
    };

    private string Things => kind == AppKind.WebApp ? "apps" : "connectors";

    public Command Create()
    {
        var install = new Command("install", $"Install one of the {Things} and wait until it is there.") { _slug, _source };
        if (kind == AppKind.WebApp)
            install.Options.Add(_dev);
        install.SetAction((parsed, cancellationToken) => ChangeAllAsync(parsed, HttpMethod.Post, cancellationToken));
        var update = new Command("update", "Update it and wait until that is done.") { _slug, _source, _ackPermissions };
        update.SetAction((parsed, cancellationToken) => ChangeAllAsync(parsed, HttpMethod.Put, cancellationToken));
        var uninstall = new Command("uninstall", "Remove it. What it made stays.") { _slug };
        uninstall.SetAction(UninstallAsync);
        var list = new Command("ls", $"List the installed {Things}.");
        list.SetAction(ListAsync);
        var show = new Command("show", "Print its document.") { _slug };
        show.SetAction(ShowAsync);
        var command = new Command(kind.RouteName(), $"Install, update, remove, list and show {Things} of an instance.")
        {
            install, update, uninstall, list, show,
        };
        foreach (var one in new[] { uninstall, list, show })
            one.Options.Add(_domain);
        foreach (var one in new[] { install, update })
        {
            one.Options.Add(_oneDomain);
            one.Options.Add(_allDomains);
            one.Options.Add(_parameters);
        }

        foreach (var one in kind == AppKind.WebApp
            ? [new SweepCommand(server).Create()]
            : new MaintenanceCommand(server).Create().Append(new RunConnectorCommand(server, _domain).Create()))
        {
            command.Subcommands.Add(one);
        }

        return command;
    }

    private async Task<int> ChangeAllAsync(ParseResult parsed, HttpMethod method, CancellationToken cancellationToken)
    {
        var domain = parsed.GetValue(_oneDomain);
        if (parsed.GetValue(_allDomains) == domain is not null)
            throw new CommandException(ExitCodes.Usage, "Say for which instance by --domain, or for all by --all-domains.");
        if (domain is not null)
            return await ChangeAsync(parsed, method, domain, cancellationToken);
        var result = ExitCodes.Success;
        foreach (var one in await ListDomainsAsync(parsed, cancellationToken))
        {
            try
            {
                Console.Write($"{one}: ");
                await ChangeAsync(parsed, method, one, cancellationToken);
            }
            catch (CommandException failure) when (failure.ExitCode != ExitCodes.Unreachable)
            {
                // The others get theirs.
                Console.WriteLine(failure.Message);
                result = failure.ExitCode;
            }
        }

        return result;
    }

    private async Task<IReadOnlyList<string>> ListDomainsAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        using var document = JsonDocument.Parse(await client.SendAsync(HttpMethod.Get, "instances", null, cancellationToken));
        return [.. document.RootElement.GetProperty("data").EnumerateArray()
            .Select(resource => Text(resource.GetProperty("attributes"), "domain")).Order(StringComparer.Ordinal)];
    }

    private async Task<int> ChangeAsync(ParseResult parsed, HttpMethod method, string domain, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>();
        var slug = parsed.GetRequiredValue(_slug);
        var source = parsed.GetValue(_source);
        if (source is null && Directory.Exists(slug))
            (slug, source) = (SlugOf(slug), slug);
        if (source is not null)
            form["Source"] = kind == AppKind.WebApp && method == HttpMethod.Post && parsed.GetValue(_dev) ? DevelopmentAddressOf(source) : AddressOf(source);
        if (method == HttpMethod.Put && parsed.GetValue(_ackPermissions))
            form["PermissionsAcked"] = "true";
        if (parsed.GetValue(_parameters) is { } parameters)
            form["Parameters"] = parameters;
        using var client = server.Connect(parsed);
        return Print(parsed, await client.SendAsync(method, PathOf(domain, slug), form, cancellationToken));
    }

    private async Task<int> UninstallAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var answer = await client.SendAsync(HttpMethod.Delete, PathOf(parsed, parsed.GetRequiredValue(_slug)), null, cancellationToken);
        Console.WriteLine(server.WantsJson(parsed) ? answer : $"Removed {parsed.GetRequiredValue(_slug)}");
        return ExitCodes.Success;
    }

    private async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var answer = await client.SendAsync(HttpMethod.Get, PathOf(parsed, parsed.GetRequiredValue(_slug)), null, cancellationToken);
        using var document = JsonDocument.Parse(answer);
        Console.WriteLine(JsonSerializer.Serialize(document.RootElement.GetProperty("data"), JsonSerializerOptions.Web));
        return ExitCodes.Success;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        var answer = await client.SendAsync(HttpMethod.Get, PathOf(parsed, slug: null), null, cancellationToken);
        if (server.WantsJson(parsed))
        {
            Console.WriteLine(answer);
            return ExitCodes.Success;
        }

        using var document = JsonDocument.Parse(answer);
        var table = new Table("SLUG", "VERSION", "STATE", "SOURCE");
        foreach (var app in document.RootElement.GetProperty("data").EnumerateArray())
        {
            var attributes = app.GetProperty("attributes");
            table.Add(Text(attributes, "slug"), Text(attributes, "version"), Text(attributes, "state"), Text(attributes, "source"));
        }

        Console.Write(table);
        return ExitCodes.Success;
    }

    private int Print(ParseResult parsed, string answer)
    {
        using var document = JsonDocument.Parse(answer);
        var attributes = document.RootElement.GetProperty("data").GetProperty("attributes");
        if (server.WantsJson(parsed))
            Console.WriteLine(answer);
        else if (attributes.TryGetProperty("available_version", out var available))
            Console.WriteLine($"{Text(attributes, "slug")} {available} asks for more than the owner has allowed: update with --ack-permissions");
        else
            Console.WriteLine($"{Text(attributes, "slug")} {Text(attributes, "version")} is {Text(attributes, "state")}");
        return ExitCodes.Success;
    }

    private string PathOf(ParseResult parsed, string? slug) => PathOf(parsed.GetRequiredValue(_domain), slug);

    private string PathOf(string domain, string? slug)
    {
        var path = $"{Instances.InstancesCommand.PathOf(domain)}/{kind.RouteName()}";
        return slug is null ? path : $"{path}/{Uri.EscapeDataString(slug)}";
    }

    /// <summary>What an app in a folder calls itself; the name of the folder if it does not say.</summary>
    private string SlugOf(string folder)
    {
        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, kind.ManifestName())));
            return Text(manifest.RootElement, "slug") is { Length: > 0 } slug ? slug : Path.GetFileName(Path.GetFullPath(folder).TrimEnd('/'));
        }
        catch (Exception failure) when (failure is IOException or JsonException or InvalidOperationException)
        {
            throw new CommandException(ExitCodes.Usage, $"There is no {kind.ManifestName()} that can be read in {folder}.", failure);
        }
    }

    private static string DevelopmentAddressOf(string folder) => Directory.Exists(folder)
        ? "dev://" + new Uri(Path.GetFullPath(folder)).AbsolutePath
        : throw new CommandException(ExitCodes.Usage, $"There is no folder {folder}: --dev is for one on this machine.");

    private static string AddressOf(string source) =>
        !source.Contains("://", StringComparison.Ordinal) && Path.Exists(source)
            ? new Uri(Path.GetFullPath(source)).AbsoluteUri
            : source;

    private static string Text(JsonElement attributes, string name) =>
        attributes.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
