using System.CommandLine;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary><c>cozy instances</c>.</summary>
internal sealed class InstancesCommand(ServerConnection server)
{
    public Command Create() => new("instances", "Create, list, show, change, destroy, back up and restore instances.")
    {
        new AddCommand(server).Create(),
        new ListCommand(server).Create(),
        new ShowCommand(server).Create(),
        new ModifyCommand(server).Create(),
        new RemoveCommand(server).Create(),
        new TokenCommand(server).Create(),
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
