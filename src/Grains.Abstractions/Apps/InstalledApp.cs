namespace Cozy.Grains.Apps;

/// <summary>An app or connector as its document tells of it.</summary>
[GenerateSerializer, Immutable, Alias("cozy.InstalledApp")]
public sealed record InstalledApp
{
    /// <summary>App or connector.</summary>
    [Id(0)] public required AppKind Kind { get; init; }

    /// <summary>Its short name.</summary>
    [Id(1)] public required string Slug { get; init; }

    /// <summary>The <c>_rev</c> of its document.</summary>
    [Id(2)] public required string Revision { get; init; }

    /// <summary>One of <see cref="AppStates"/>.</summary>
    [Id(3)] public required string State { get; init; }

    /// <summary>The version of its manifest; empty when that names none.</summary>
    [Id(4)] public required string Version { get; init; }

    /// <summary>Where it was installed from.</summary>
    [Id(5)] public required string Source { get; init; }

    /// <summary>The package with its files (<see cref="IAppPackageGrain"/>); null until they are there.</summary>
    [Id(6)] public string? PackageId { get; init; }

    /// <summary>The document's members: those of the manifest and the server's own, canonical UTF-8 JSON without braces.</summary>
    [Id(7)] public required ReadOnlyMemory<byte> Members { get; init; }

    /// <summary>It goes as soon as its accounts are cleared away.</summary>
    [Id(8)] public bool IsLeaving { get; init; }

    /// <summary>Whether its files can be served.</summary>
    public bool IsReady =>
        State is AppStates.Ready or AppStates.Installed or AppStates.Upgrading && (PackageId is not null || DevelopmentFolder is not null);

    /// <summary>The folder of the server's machine its files are served from while it is being developed; null for one with a package.</summary>
    public string? DevelopmentFolder =>
        Source.StartsWith(DevelopmentSource, StringComparison.Ordinal) ? Uri.UnescapeDataString(Source[DevelopmentSource.Length..]) : null;

    /// <summary>What the source of an app that is being developed begins with; its folder follows.</summary>
    public const string DevelopmentSource = "dev://";
}

/// <summary>The values of an app's <c>state</c>, as clients know them.</summary>
public static class AppStates
{
    /// <summary>Its files are being fetched for the first time.</summary>
    public const string Installing = "installing";

    /// <summary>Those of another version are; the old ones serve meanwhile.</summary>
    public const string Upgrading = "upgrading";

    /// <summary>Its files are there, but it does not run.</summary>
    public const string Installed = "installed";

    /// <summary>It can be used.</summary>
    public const string Ready = "ready";

    /// <summary>Its installation failed; the document's <c>error</c> says why.</summary>
    public const string Errored = "errored";
}
