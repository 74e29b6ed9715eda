using System.CommandLine;

namespace Cozy.Silo.CommandLine.Files;

/// <summary><c>cozy files</c>, and <c>cozy check fs</c> as cozy-stack calls a part of it.</summary>
internal sealed class FilesCommand(ServerConnection server)
{
    /// <summary><c>cozy check fs</c>.</summary>
    public static Command CreateCheck(ServerConnection server) =>
        new("check", "Check that instances are in the state they should be in.") { new CheckCommand(server).Create("fs") };

    public Command Create() => new("files", "Check the files of an instance, or take them out.")
    {
        new CheckCommand(server).Create("check"),
        new ExportCommand(server).Create(),
    };
}
