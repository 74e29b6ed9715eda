using System.CommandLine;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances modify</c>.</summary>
internal sealed class ModifyCommand(ServerConnection server)
{
    private readonly Argument<string> _domain = InstancesCommand.Domain();
    private readonly InstanceOptions _options = new();

    private readonly Option<bool?> _blocked = new("--blocked")
    {
        Description = "Whether it is closed to everybody: true or false.",
        HelpName = "true|false",
    };

    private readonly Option<string> _reason = new("--blocking-reason")
    {
        Description = "Why, such as PAYMENT_FAILED.",
        HelpName = "reason",
    };

    private readonly Option<bool?> _onboarded = new("--onboarding-finished")
    {
        Description = "Whether the owner has finished the first steps: true or false.",
        HelpName = "true|false",
    };

    public Command Create()
    {
        var command = new Command("modify", "Change an instance; what is not given stays as it is.") { _domain };
        _options.AddTo(command);
        command.Options.Add(_blocked);
        command.Options.Add(_reason);
        command.Options.Add(_onboarded);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var parameters = _options.Read(parsed);
        AddTruth(parameters, "Blocked", parsed.GetValue(_blocked));
        AddTruth(parameters, "OnboardingFinished", parsed.GetValue(_onboarded));
        if (parsed.GetValue(_reason) is { } reason)
            parameters["BlockingReason"] = reason;
        if (parameters.Count == 0)
            throw new CommandException(ExitCodes.Usage, "Nothing to change. Try 'cozy instances modify --help'.");

        using var client = server.Connect(parsed);
        var path = InstancesCommand.PathOf(parsed.GetRequiredValue(_domain));
        var answer = await client.SendAsync(HttpMethod.Patch, path, parameters, cancellationToken);
        if (server.WantsJson(parsed))
            Console.WriteLine(answer);
        else
            Console.Write(InstanceView.Parse(answer));
        return ExitCodes.Success;
    }

    private static void AddTruth(Dictionary<string, string> parameters, string name, bool? value)
    {
        if (value is { } truth)
            parameters[name] = truth ? "true" : "false";
    }
}
