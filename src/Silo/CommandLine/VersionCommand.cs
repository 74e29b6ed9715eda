using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using Cozy.Web.Admin;

namespace Cozy.Silo.CommandLine;

/// <summary><c>cozy version</c>: of this program, whether a server runs or not.</summary>
internal static class VersionCommand
{
    public static Command Create(ServerConnection server)
    {
        var command = new Command("version", "Show the version of this program.");
        command.SetAction(parsed =>
        {
            Console.WriteLine(server.WantsJson(parsed)
                ? JsonSerializer.Serialize(new
                {
                    version = ProgramVersion.Current,
                    build_mode = ProgramVersion.BuildMode,
                    runtime_version = RuntimeInformation.FrameworkDescription,
                })
                : $"cozy {ProgramVersion.Current}, {ProgramVersion.BuildMode} build, {RuntimeInformation.FrameworkDescription}");
            return ExitCodes.Success;
        });
        return command;
    }
}
