using System.CommandLine;
using Cozy.Web.Admin;

namespace Cozy.Silo.CommandLine;

/// <summary><c>cozy config passwd</c>: makes the file with the hash of the admin secret.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file")
        {
            Description = "Where to write the hash: cozy-admin-passphrase in the data folder, or what Admin:SecretFile names.",
            DefaultValueFactory = _ => Path.Combine("data", AdminSecretFile.DefaultName),
        };
        var passwd = new Command(
            "passwd",
            "Set the admin secret. It is read from standard input (asked twice on a terminal); only its hash is stored. "
            + "The server reads the file when it starts.")
        {
            file,
        };
        passwd.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            var secret = await Secrets.ReadNewAsync("Admin secret", cancellationToken);
            AdminSecretFile.Write(path, AdminSecret.Create(secret));
            Console.WriteLine($"The hash is in {path}. Restart the server for it to apply.");
            return ExitCodes.Success;
        });
        return new Command("config", "Prepare the configuration of a server.") { passwd };
    }
}
