using System.CommandLine;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances</c>.</summary>
internal sealed class InstancesCommand(ServerConnection server)
{
    public Command Create()
    {
        var command = CreateBasic();
        foreach (var more in TokenCommand.All(server).Concat(new OAuthClientCommands(server).All()))
            command.Add(more);
        return command;
    }

    private Command CreateBasic() => new("instances", "Create, list, show, change, destroy, back up and restore instances.")
    {
        new AddCommand(server).Create(),
        new ListCommand(server).Create(),
        new ShowCommand(server).Create(),
        new ModifyCommand(server).Create(),
        new RemoveCommand(server).Create(),
        new PassphraseCommand(server).Create(),
        new AuthModeCommand(server).Create(),
        new SessionsCommand(server).Create(),
        new BackupCommand(server).Create(),
        new RestoreCommand().Create(),
    };

    /// <summary>The argument all but one of the commands have.</summary>
    public static Argument<string> Domain() => new("domain")
    {
        Description = "The domain of the instance, with its port if not the default, such as alice.localhost:8080.",
    };

    public static string PathOf(string domain) => "instances/" + Uri.EscapeDataString(domain);
}
