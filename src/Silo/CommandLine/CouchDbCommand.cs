using System.CommandLine;
using Cozy.CouchDbServer;
using Cozy.Silo.Configuration;
using Cozy.Silo.Hosting;
using Cozy.Storage.Documents.Sqlite;

namespace Cozy.Silo.CommandLine;

/// <summary><c>cozy couchdb serve</c>: CouchDB's protocol in front of the embedded engine.</summary>
internal static class CouchDbCommand
{
    private const string CredentialsVariable = "COZY_COUCHDB_ADMIN";

    public static Command Create() => new("couchdb", "Serve documents over CouchDB's own protocol.") { CreateServe() };

    private static Command CreateServe()
    {
        var data = new Option<string>("--data")
        {
            Description = "The data folder. Only one process may use it at a time.",
            HelpName = "dir",
            DefaultValueFactory = _ => "data",
        };
        var urls = new Option<string>("--urls")
        {
            Description = "Where to serve, separated by semicolons.",
            HelpName = "urls",
            DefaultValueFactory = _ => "http://127.0.0.1:5984",
        };
        var admin = new Option<string>("--admin")
        {
            Description = $"The account that may do everything. Better in the variable {CredentialsVariable}, where other "
                + "users of the machine cannot see it.",
            HelpName = "name:password",
        };
        var serve = new Command(
            "serve",
            "Let any CouchDB tool read, replicate and back up the documents of a data folder; or be the CouchDB of a small farm.")
        {
            data,
            urls,
            admin,
        };
        serve.SetAction(async (parsed, _) =>
        {
            var (name, password) = Split(parsed.GetValue(admin) ?? Environment.GetEnvironmentVariable(CredentialsVariable));
            var settings = ReadSettings();
            await RunAsync(new CouchDbServerOptions
            {
                Limits = settings.CouchDbServer.ToLimits(settings.Documents.Queries.ToLimits()),
                Scripts = settings.CouchDbServer.ToScriptLimits(),
                Data = parsed.GetRequiredValue(data),
                Urls = parsed.GetRequiredValue(urls),
                AdminName = name,
                AdminPassword = password,
            });
            return ExitCodes.Success;
        });
        return serve;
    }

    private static Settings ReadSettings()
    {
        try
        {
            return Settings.ReadUnchecked([]);
        }
        catch (ConfigurationException failure)
        {
            throw new CommandException(ExitCodes.Usage, failure.Message, failure);
        }
    }

    private static async Task RunAsync(CouchDbServerOptions options)
    {
        using var folder = DataFolder.Open(options.Data);
        Listening.Require(options.Urls);
        await using var store = new SqliteDocumentStore(new SqliteDocumentOptions
        {
            Directory = Path.Combine(folder.Path, StoreServices.DocumentsFolder),
            MaxDocumentBytes = options.Limits.MaxDocumentBytes,
            MaxAttachmentBytes = options.Limits.MaxAttachmentBytes,
            Queries = options.Limits.Queries,
            UnknownParentStartsHistory = true,
        });
        await using var app = CouchDbServerApplication.Build(options with { Data = folder.Path }, store);
        try
        {
            await app.StartAsync();
        }
        catch (Exception failure) when (StartFailure.Explain(failure) is { } reason)
        {
            throw new CommandException(ExitCodes.Failure, reason, failure);
        }

        Console.WriteLine($"CouchDB's protocol is served on {string.Join(' ', app.Urls)}");
        await app.WaitForShutdownAsync();
    }

    private static (string Name, string Password) Split(string? credentials) =>
        credentials?.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon < credentials.Length - 1
            ? (credentials[..colon], credentials[(colon + 1)..])
            : throw new CommandException(
                ExitCodes.Usage, $"Say who may use it: --admin name:password, or the variable {CredentialsVariable}.");
}
