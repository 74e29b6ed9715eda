using System.CommandLine;
using System.Text.Json;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances client-oauth</c> and <c>cozy instances find-oauth-client</c>.</summary>
internal sealed class OAuthClientCommands(ServerConnection server)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentCharacter = '\t', IndentSize = 1 };

    private readonly Argument<string> _domain = InstancesCommand.Domain();

    private readonly Argument<string> _redirectUri = new("redirect-uri")
    {
        Description = "Where browsers are sent with a code, such as https://app.example.net/callback.",
    };

    private readonly Argument<string> _name = new("client-name") { Description = "What people call the client." };

    private readonly Argument<string> _softwareId = new("software-id")
    {
        Description = "Which program it is, such as github.com/example/app.",
    };

    private readonly Option<bool> _allowLoginScope = new("--allow-login-scope")
    {
        Description = "The client may ask who logs in (scope login), which gives it access to nothing.",
    };

    public IEnumerable<Command> All()
    {
        var register = new Command("client-oauth", "Register an OAuth client and print its id; with --json all of it, secret included.")
        {
            _domain, _redirectUri, _name, _softwareId, _allowLoginScope,
        };
        register.SetAction(RegisterAsync);
        var find = new Command("find-oauth-client", "Find an OAuth client by its program and print it as JSON.") { _domain, _softwareId };
        find.SetAction(FindAsync);
        return [register, find];
    }

    private async Task<int> RegisterAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>
        {
            ["Domain"] = parsed.GetRequiredValue(_domain),
            ["RedirectURI"] = parsed.GetRequiredValue(_redirectUri),
            ["ClientName"] = parsed.GetRequiredValue(_name),
            ["SoftwareID"] = parsed.GetRequiredValue(_softwareId),
            ["AllowLoginScope"] = parsed.GetValue(_allowLoginScope) ? "true" : "false",
        };
        using var client = server.Connect(parsed);
        var answer = await client.SendAsync(HttpMethod.Post, "instances/oauth_client", parameters, cancellationToken);
        using var registered = JsonDocument.Parse(answer);
        Console.WriteLine(server.WantsJson(parsed)
            ? JsonSerializer.Serialize(registered.RootElement, Indented)
            : registered.RootElement.GetProperty("client_id").GetString());
        return ExitCodes.Success;
    }

    private async Task<int> FindAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var domain = Uri.EscapeDataString(parsed.GetRequiredValue(_domain));
        var softwareId = Uri.EscapeDataString(parsed.GetRequiredValue(_softwareId));
        using var client = server.Connect(parsed);
        var answer = await client.SendAsync(
            HttpMethod.Get, $"instances/oauth_client?domain={domain}&software_id={softwareId}", null, cancellationToken);
        using var found = JsonDocument.Parse(answer);
        Console.WriteLine(JsonSerializer.Serialize(found.RootElement, Indented));
        return ExitCodes.Success;
    }
}
