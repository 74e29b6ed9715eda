using System.CommandLine;
using System.Text.Json;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances token-cli</c>.</summary>
internal sealed class TokenCommand(ServerConnection server)
{
    private readonly Argument<string> _domain = InstancesCommand.Domain();

    private readonly Argument<string[]> _scope = new("scope")
    {
        Description = "What the token allows, such as io.cozy.files:GET io.cozy.contacts.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _expire = new("--expire")
    {
        Description = "How long it is valid, such as 45s, 2h or 1h30m. Without it: 30 minutes.",
        HelpName = "duration",
    };

    public Command Create()
    {
        var command = new Command("token-cli", "Make a token for scripts and print it.") { _domain, _scope, _expire };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>
        {
            ["Domain"] = parsed.GetRequiredValue(_domain),
            ["Audience"] = "cli",
            ["Scope"] = string.Join(' ', parsed.GetRequiredValue(_scope)),
        };
        if (parsed.GetValue(_expire) is { } duration)
            parameters["Expire"] = duration;

        using var client = server.Connect(parsed);
        var token = await client.SendAsync(HttpMethod.Post, "instances/token", parameters, cancellationToken);
        Console.WriteLine(server.WantsJson(parsed) ? JsonSerializer.Serialize(new { token }) : token);
        return ExitCodes.Success;
    }
}
