using System.CommandLine;
using Cozy.Silo.Configuration;
using Cozy.Silo.Hosting;

namespace Cozy.Silo.CommandLine;

/// <summary><c>cozy serve</c>, also what <c>cozy</c> alone does.</summary>
internal sealed class ServeCommand
{
    private readonly Option<string> _data = new("--data")
    {
        Description = "The folder of everything the server keeps. [default: ./data]",
        HelpName = "dir",
    };

    private readonly Option<string> _urls = new("--urls")
    {
        Description = "Where to serve, separated by semicolons. [default: http://127.0.0.1:8080]",
        HelpName = "urls",
    };

    private readonly Option<string> _adminUrls = new("--admin-urls")
    {
        Description = "Where to serve the admin API, separated by semicolons. [default: http://127.0.0.1:6060]",
        HelpName = "urls",
    };

    private readonly Option<bool> _noFirstInstance = new("--no-first-instance")
    {
        Description = "Do not create an instance when there is none.",
    };

    public Command Create()
    {
        var command = new Command(
            "serve",
            "Run the server. Everything can also be set in appsettings.json and by environment variables that begin "
            + "with COZY_; docs/operations.md lists the keys.");
        AddTo(command);
        return command;
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_urls);
        command.Options.Add(_adminUrls);
        command.Options.Add(_noFirstInstance);
        command.SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            await Server.RunAsync(Settings.Read(Overrides(parsed)));
            return ExitCodes.Success;
        }
        catch (ConfigurationException failure)
        {
            throw new CommandException(ExitCodes.Usage, failure.Message, failure);
        }
    }

    private Dictionary<string, string?> Overrides(ParseResult parsed)
    {
        var overrides = new Dictionary<string, string?>();
        Add("Server:Data", parsed.GetValue(_data));
        Add("Server:Urls", parsed.GetValue(_urls));
        Add("Server:AdminUrls", parsed.GetValue(_adminUrls));
        Add("Server:FirstInstance", parsed.GetValue(_noFirstInstance) ? "false" : null);
        return overrides;

        void Add(string key, string? value)
        {
            if (value is not null)
                overrides[key] = value;
        }
    }
}
