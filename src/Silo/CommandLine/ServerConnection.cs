using System.CommandLine;

namespace Cozy.Silo.CommandLine;

/// <summary>The options of every command that talks to a running server.</summary>
internal sealed class ServerConnection
{
    public const string DefaultUrl = "http://127.0.0.1:6060";

    private readonly Option<Uri> _adminUrl = new("--admin-url")
    {
        Description = "Address of the server's admin API. Environment: COZY_ADMIN_URL; the admin secret, if the server "
            + "has one, is read from COZY_ADMIN_PASSPHRASE.",
        HelpName = "url",
        Recursive = true,
        DefaultValueFactory = _ => new Uri(Environment.GetEnvironmentVariable("COZY_ADMIN_URL") ?? DefaultUrl),
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                return url;
            result.AddError($"'{result.Tokens[0].Value}' is not an address such as {DefaultUrl}.");
            return null!;
        },
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Write JSON, for scripts.",
        Recursive = true,
    };

    public void AddTo(RootCommand root)
    {
        root.Options.Add(_adminUrl);
        root.Options.Add(_json);
    }

    public bool WantsJson(ParseResult parsed) => parsed.GetValue(_json);

    public AdminClient Connect(ParseResult parsed)
    {
        try
        {
            return new AdminClient(
                parsed.GetRequiredValue(_adminUrl), Environment.GetEnvironmentVariable("COZY_ADMIN_PASSPHRASE"));
        }
        catch (UriFormatException)
        {
            throw new CommandException(ExitCodes.Usage, "COZY_ADMIN_URL is not an address.");
        }
    }
}
