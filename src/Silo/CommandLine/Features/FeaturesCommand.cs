using System.CommandLine;
using System.Text.Json;
using Cozy.Silo.CommandLine.Instances;

namespace Cozy.Silo.CommandLine.Features;

/// <summary><c>cozy features</c>: flags that turn features on for an instance, for a context, or for all.</summary>
internal sealed class FeaturesCommand(ServerConnection server)
{
    private readonly Option<string> _domain = new("--domain")
    {
        Description = "The domain of the instance, with its port if not the default, such as alice.localhost:8080.",
        HelpName = "domain",
        Required = true,
    };

    private readonly Option<string> _context = new("--context-name")
    {
        Description = "The context.",
        HelpName = "name",
        DefaultValueFactory = _ => "default",
    };

    private readonly Argument<string?> _patch = new("patch")
    {
        Description = "What to set, a JSON object such as {\"drive.lots\": true}; null removes a flag. Without it they are shown.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string?> _sets = new("sets")
    {
        Description = "Names separated by spaces or commas; without it they are shown.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string> _flag = new("flag") { Description = "The name of the flag." };

    private readonly Argument<string?> _ratios = new("ratios")
    {
        Description = "A JSON list such as [{\"ratio\": 0.1, \"value\": true}]; an empty list removes the flag.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Command Create()
    {
        var show = new Command("show", "Print the flags that hold for an instance.") { _domain };
        show.SetAction((parsed, cancellationToken) => SendAsync(parsed, HttpMethod.Get, PathOf(parsed, "all"), null, cancellationToken));
        var flags = new Command("flags", "Show or change the flags of one instance.") { _patch, _domain };
        flags.SetAction((parsed, cancellationToken) =>
            PatchAsync(parsed, PathOf(parsed, "flags"), parsed.GetValue(_patch), cancellationToken));
        var sets = new Command("sets", "Show or replace the sets of features of one instance.") { _sets, _domain };
        sets.SetAction(SetAsync);
        var defaults = new Command("defaults", "Show or change the flags of instances that have nothing else.") { _patch };
        defaults.SetAction((parsed, cancellationToken) =>
            PatchAsync(parsed, "instances/feature/defaults", parsed.GetValue(_patch), cancellationToken));
        var ratio = new Command("ratio", "Show or set which share of a context's instances has which value of a flag.")
        {
            _flag, _ratios, _context,
        };
        ratio.SetAction(RatioAsync);
        var config = new Command("config", "Show the flags that the configuration sets for a context.") { _context };
        config.SetAction((parsed, cancellationToken) => SendAsync(
            parsed, HttpMethod.Get, $"instances/feature/config/{ContextOf(parsed)}", null, cancellationToken));
        return new Command("features", "Show and change feature flags.") { show, flags, sets, defaults, ratio, config };
    }

    private Task<int> PatchAsync(ParseResult parsed, string path, string? patch, CancellationToken cancellationToken) =>
        SendAsync(parsed, patch is null ? HttpMethod.Get : HttpMethod.Patch, path, patch, cancellationToken);

    private Task<int> SetAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var sets = parsed.GetValue(_sets)?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        var body = sets is null ? null : JsonSerializer.Serialize(sets);
        return SendAsync(parsed, body is null ? HttpMethod.Get : HttpMethod.Put, PathOf(parsed, "sets"), body, cancellationToken);
    }

    private async Task<int> RatioAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var path = $"instances/feature/contexts/{ContextOf(parsed)}";
        var flag = parsed.GetRequiredValue(_flag);
        using var client = server.Connect(parsed);
        var answer = parsed.GetValue(_ratios) is { } ratios
            ? await client.SendJsonAsync(HttpMethod.Patch, path, $"{{{JsonSerializer.Serialize(flag)}:{ratios}}}", cancellationToken)
            : await client.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        using var flags = JsonDocument.Parse(answer);
        Console.WriteLine(flags.RootElement.TryGetProperty(flag, out var choices) ? choices.GetRawText() : "[]");
        return ExitCodes.Success;
    }

    private async Task<int> SendAsync(
        ParseResult parsed, HttpMethod method, string path, string? json, CancellationToken cancellationToken)
    {
        using var client = server.Connect(parsed);
        Console.WriteLine(json is null
            ? await client.SendAsync(method, path, null, cancellationToken)
            : await client.SendJsonAsync(method, path, json, cancellationToken));
        return ExitCodes.Success;
    }

    private string PathOf(ParseResult parsed, string what) =>
        $"{InstancesCommand.PathOf(parsed.GetRequiredValue(_domain))}/feature/{what}";

    private string ContextOf(ParseResult parsed) => Uri.EscapeDataString(parsed.GetRequiredValue(_context));
}
