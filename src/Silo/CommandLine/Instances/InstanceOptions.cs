using System.CommandLine;
using System.Globalization;

namespace Cozy.Silo.CommandLine.Instances;

/// <summary>The options that describe an instance, with the parameters of the admin API they become.</summary>
internal sealed class InstanceOptions
{
    private readonly List<(Option<string> Option, string Parameter)> _texts =
    [
        (Text("--email", "address", "The owner's mail address."), "Email"),
        (Text("--public-name", "name", "The name shown to others."), "PublicName"),
        (Text("--locale", "locale", "The language: en or fr."), "Locale"),
        (Text("--tz", "zone", "The owner's time zone, such as Europe/Paris."), "Timezone"),
        (Text("--context-name", "name", "The context whose configuration applies."), "ContextName"),
        (Text("--uuid", "id", "An id of your own for the instance."), "UUID"),
        (Text("--oidc-id", "id", "The id of the owner's account at the context's OpenID provider."), "OIDCID"),
        (Text("--domain-aliases", "a,b", "Other domains it answers, separated by commas."), "DomainAliases"),
    ];

    private readonly Option<string> _quota = new("--disk-quota")
    {
        Description = "Most its files may take, such as 5GB or 500MiB; 0 for no limit.",
        HelpName = "size",
        Validators =
        {
            result =>
            {
                if (result.Tokens is [var token] && !ByteSize.TryParse(token.Value, out _))
                    result.AddError($"'{token.Value}' is not a size such as 5GB.");
            },
        },
    };

    public void AddTo(Command command)
    {
        foreach (var (option, _) in _texts)
            command.Options.Add(option);
        command.Options.Add(_quota);
    }

    public Dictionary<string, string> Read(ParseResult parsed)
    {
        var parameters = new Dictionary<string, string>();
        foreach (var (option, parameter) in _texts)
        {
            if (parsed.GetValue(option) is { } value)
                parameters[parameter] = value;
        }

        if (parsed.GetValue(_quota) is { } size && ByteSize.TryParse(size, out var bytes))
            parameters["DiskQuota"] = bytes.ToString(CultureInfo.InvariantCulture);
        return parameters;
    }

    private static Option<string> Text(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description };
}
