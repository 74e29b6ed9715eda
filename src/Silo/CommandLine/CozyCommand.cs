using System.CommandLine;
using System.CommandLine.Parsing;
using Cozy.Grains.Apps;
using Cozy.Silo.CommandLine.Accounts;
using Cozy.Silo.CommandLine.Apps;
using Cozy.Silo.CommandLine.Features;
using Cozy.Silo.CommandLine.Files;
using Cozy.Silo.CommandLine.Instances;
using Cozy.Silo.CommandLine.Jobs;

namespace Cozy.Silo.CommandLine;

/// <summary>The command line of <c>cozy</c>.</summary>
internal static class CozyCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0)
            return Complain(parsed);

        try
        {
            // The server handles signals itself: it finishes what is in flight before it ends.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (CommandException failure)
        {
            await Console.Error.WriteLineAsync("cozy: " + failure.Message);
            return failure.ExitCode;
        }
    }

    private static RootCommand Create()
    {
        var server = new ServerConnection();
        var serve = new ServeCommand();
        var root = new RootCommand(
            """
            A personal cloud server for one person or for many.

            Without a command it serves, as 'cozy serve' does. Commands other than 'serve' and 'couchdb serve'
            talk to the running server over its admin API.
            """);
        serve.AddTo(root);
        server.AddTo(root);
        root.Subcommands.Add(serve.Create());
        root.Subcommands.Add(new InstancesCommand(server).Create());
        root.Subcommands.Add(new AppsCommand(server, AppKind.WebApp).Create());
        root.Subcommands.Add(new AppsCommand(server, AppKind.Connector).Create());
        root.Subcommands.Add(new AccountTypesCommand(server).Create());
        root.Subcommands.Add(new RegistryCommand(server).Create());
        root.Subcommands.Add(new FeaturesCommand(server).Create());
        root.Subcommands.Add(new JobsCommand(server).Create());
        root.Subcommands.Add(new TriggersCommand(server).Create());
        root.Subcommands.Add(new FilesCommand(server).Create());
        root.Subcommands.Add(FilesCommand.CreateCheck(server));
        root.Subcommands.Add(new StatusCommand(server).Create());
        root.Subcommands.Add(VersionCommand.Create(server));
        root.Subcommands.Add(ConfigCommand.Create());
        root.Subcommands.Add(CouchDbCommand.Create());
        // 'cozy version' says the same in a form that --json applies to.
        root.Options.Remove(root.Options.First(option => option is VersionOption));
        return root;
    }

    private static int Complain(ParseResult parsed)
    {
        var path = string.Join(' ', Path(parsed.CommandResult));
        Console.Error.WriteLine($"cozy: {parsed.Errors[0].Message} Try '{path} --help'.");
        return ExitCodes.Usage;
    }

    private static IEnumerable<string> Path(CommandResult result)
    {
        var names = new List<string>();
        for (SymbolResult? at = result; at is not null; at = at.Parent)
        {
            if (at is CommandResult { Command: not RootCommand } command)
                names.Insert(0, command.Command.Name);
        }

        return names.Prepend("cozy");
    }
}
