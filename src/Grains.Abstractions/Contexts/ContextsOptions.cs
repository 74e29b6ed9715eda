namespace Cozy.Grains.Contexts;

/// <summary>
/// Settings that differ between groups of instances (configuration section <c>Contexts</c>): the name of each context
/// with what it says. An instance belongs to the context of its name, or to <c>default</c>.
/// </summary>
public sealed class ContextsOptions() : Dictionary<string, ContextOptions>(StringComparer.OrdinalIgnoreCase)
{
    /// <summary>The context of instances that name none, or one that is not configured.</summary>
    public const string DefaultName = "default";

    private static readonly ContextOptions Nothing = new();

    /// <summary>What holds for instances of a context.</summary>
    public ContextOptions Of(string? name) =>
        (name is { Length: > 0 } && TryGetValue(name, out var context)) || TryGetValue(DefaultName, out context) ? context : Nothing;
}

/// <summary>Settings of one context.</summary>
public sealed class ContextOptions
{
    /// <summary>Apps of new instances, separated by commas; empty for none, null for those of <c>Apps:Default</c>.</summary>
    public string? DefaultApps { get; set; }

    /// <summary>Where the owner lands after the login: <c>slug/path#fragment</c> of an app; null for <c>home/</c>.</summary>
    public string? DefaultRedirection { get; set; }

    /// <summary>Addresses of registries in place of <c>Apps:Registries</c>; none for those.</summary>
    public IList<string> Registries { get; } = [];

    /// <summary>Updates of apps may ask for more than the owner has allowed: the operator has looked at them.</summary>
    public bool SkipPermissionConsent { get; set; }

    /// <summary>Feature flags, each with its value as JSON; what is no JSON is a text.</summary>
    public IDictionary<string, string> Features { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where owners find help; apps show it.</summary>
    public string? HelpLink { get; set; }

    /// <summary>The address of those who help; apps show it.</summary>
    public string? SupportAddress { get; set; }
}
