using Cozy.Grains.Errors;
using Orleans.Concurrency;

namespace Cozy.Grains.Apps;

/// <summary>
/// Which apps and connectors an instance has: installs, updates and removes them. The key is the instance's id. What
/// is under way survives the silo: it is started again from the documents.
/// </summary>
[Alias("cozy.IAppsGrain")]
public interface IAppsGrain : IGrainWithStringKey
{
    /// <summary>An app by its short name; null when it is not installed.</summary>
    [AlwaysInterleave, Alias("Find")]
    ValueTask<InstalledApp?> FindAsync(AppKind kind, string slug);

    /// <summary>The apps of a kind in the order of their names; one more than <paramref name="limit"/> if there are more.</summary>
    /// <param name="kind">Which kind.</param>
    /// <param name="first">The short name to start with; null for the first.</param>
    /// <param name="limit">How many.</param>
    [AlwaysInterleave, Alias("List")]
    Task<IReadOnlyList<InstalledApp>> ListAsync(AppKind kind, string? first, int limit);

    /// <summary>
    /// Starts to install or update an app and answers at once; <see cref="WatchAsync"/> tells how it goes. Starting an
    /// operation whose id is known does nothing.
    /// </summary>
    /// <exception cref="CozyException">
    /// Invalid: the slug or the source; Conflict: it is installed already, or something else is being done to it;
    /// NotFound: it is to be updated and not installed.
    /// </exception>
    [AlwaysInterleave, Alias("Start")]
    Task StartAsync(AppOperation operation);

    /// <summary>
    /// How an operation goes: answers when it is further than <paramref name="seen"/>, or after some seconds as it is.
    /// </summary>
    /// <exception cref="CozyException">NotFound: it ended long ago, or its silo did.</exception>
    [AlwaysInterleave, Alias("Watch")]
    Task<AppProgress> WatchAsync(string operationId, int seen);

    /// <summary>Removes an app and its permissions.</summary>
    /// <returns>What it was; null when it is not installed.</returns>
    /// <exception cref="CozyException">Conflict: something else is being done to it.</exception>
    [AlwaysInterleave, Alias("Uninstall")]
    Task<InstalledApp?> UninstallAsync(AppKind kind, string slug);

    /// <summary>Drops what is remembered and stops what is under way, because the instance is destroyed.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync();
}

/// <summary>Something to be done to an app.</summary>
[GenerateSerializer, Immutable, Alias("cozy.AppOperation")]
public sealed record AppOperation
{
    /// <summary>Names this operation; new for each, so that it may be started twice without happening twice.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>App or connector.</summary>
    [Id(1)] public required AppKind Kind { get; init; }

    /// <summary>Its short name.</summary>
    [Id(2)] public required string Slug { get; init; }

    /// <summary>Whether it is there already, and is to be updated.</summary>
    [Id(3)] public bool IsUpdate { get; init; }

    /// <summary>Where to fetch it from; null for where it came from, or the registry's stable channel.</summary>
    [Id(4)] public string? Source { get; init; }

    /// <summary>Install it without letting it run.</summary>
    [Id(5)] public bool Deactivated { get; init; }

    /// <summary>The owner agrees to permissions that are wider than before.</summary>
    [Id(6)] public bool PermissionsAcked { get; init; }

    /// <summary>Parameters for the app, a JSON object; empty for none.</summary>
    [Id(7)] public ReadOnlyMemory<byte> Parameters { get; init; }
}

/// <summary>How far an operation is.</summary>
/// <param name="Step">Grows with each change.</param>
/// <param name="App">The app; null until its manifest is known.</param>
/// <param name="HasEnded">Whether nothing more will happen.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
[GenerateSerializer, Immutable, Alias("cozy.AppProgress")]
public sealed record AppProgress(
    [property: Id(0)] int Step,
    [property: Id(1)] InstalledApp? App,
    [property: Id(2)] bool HasEnded,
    [property: Id(3)] CozyException? Failure);
