using System.CommandLine;
using System.Text.Json;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary>The commands that make tokens: <c>cozy instances token-cli</c>, <c>token-app</c> and their like.</summary>
internal sealed class TokenCommand
{
    private readonly ServerConnection _server;
    private readonly string _audience;
    private readonly Command _command;
    private readonly Argument<string> _domain = InstancesCommand.Domain();
    private readonly Argument<string>? _subject;
    private readonly Argument<string[]>? _scope;
    private readonly Option<string>? _expire;

    private TokenCommand(
        ServerConnection server, string name, string description, string audience, Argument<string>? subject, bool hasScope, string? lifetime)
    {
        _server = server;
        _audience = audience;
        _command = new Command(name, description) { _domain };
        if (subject is not null)
            _command.Add(_subject = subject);
        if (hasScope)
        {
            _command.Add(_scope = new("scope")
            {
                Description = "What the token allows, such as io.cozy.files:GET io.cozy.contacts.",
                Arity = ArgumentArity.OneOrMore,
            });
        }

        if (lifetime is not null)
        {
            _command.Add(_expire = new("--expire")
            {
                Description = $"How long it is valid, such as 45s, 2h or 1h30m. Without it: {lifetime}.",
                HelpName = "duration",
            });
        }

        _command.SetAction(RunAsync);
    }

    /// <summary>All of them.</summary>
    public static IEnumerable<Command> All(ServerConnection server) =>
    [
        new TokenCommand(server, "token-cli", "Make a token for scripts and print it.", "cli", null, true, "30 minutes")._command,
        new TokenCommand(server, "token-app", "Make a token of an installed app and print it.", "app", Slug("app"), false, "30 minutes")._command,
        new TokenCommand(
            server, "token-konnector", "Make a token of an installed connector and print it.", "konn", Slug("connector"), false, "30 minutes")
            ._command,
        new TokenCommand(
            server, "token-oauth", "Make an access token of an OAuth client and print it.", "access-token", ClientId(), true, "7 days")._command,
        new TokenCommand(
            server, "refresh-token-oauth", "Make a refresh token of an OAuth client and print it.", "refresh-token", ClientId(), true, null)
            ._command,
    ];

    private static Argument<string> Slug(string kind) => new("slug") { Description = $"The short name of the {kind}, such as drive." };

    private static Argument<string> ClientId() => new("client-id") { Description = "The id of the client, as client-oauth prints it." };

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>
        {
            ["Domain"] = parsed.GetRequiredValue(_domain),
            ["Audience"] = _audience,
        };
        if (_subject is not null)
            parameters["Subject"] = parsed.GetRequiredValue(_subject);
        if (_scope is not null)
            parameters["Scope"] = string.Join(' ', parsed.GetRequiredValue(_scope));
        if (_expire is not null && parsed.GetValue(_expire) is { } duration)
            parameters["Expire"] = duration;

        using var client = _server.Connect(parsed);
        var token = await client.SendAsync(HttpMethod.Post, "instances/token", parameters, cancellationToken);
        Console.WriteLine(_server.WantsJson(parsed) ? JsonSerializer.Serialize(new { token }) : token);
        return ExitCodes.Success;
    }
}
