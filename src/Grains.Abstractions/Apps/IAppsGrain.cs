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

    /// <summary>
    /// Removes an app and its permissions. A connector that has accounts deletes those first, and clears away what it has at
    /// their services: it is said to be leaving (<see cref="InstalledApp.IsLeaving"/>) and goes by itself after that.
    /// </summary>
    /// <returns>What it was, or is until it goes; null when it is not installed.</returns>
    /// <exception cref="CozyException">Conflict: something else is being done to it.</exception>
    [AlwaysInterleave, Alias("Uninstall")]
    Task<InstalledApp?> UninstallAsync(AppKind kind, string slug);

    /// <summary>
    /// Writes down apps that a new instance begins with, before the instance itself is there; <see cref="ResumeAsync"/>
    /// installs them. Those that are there already are left alone.
    /// </summary>
    [AlwaysInterleave, Alias("Plan")]
    Task PlanAsync(IReadOnlyList<PlannedApp> apps);

    /// <summary>Goes on with what was begun and not ended.</summary>
    [AlwaysInterleave, Alias("Resume")]
    Task ResumeAsync();

    /// <summary>Waits, some seconds at most, until nothing is being done to an app.</summary>
    /// <returns>The app as it is then; null when it is not installed.</returns>
    [AlwaysInterleave, Alias("Settle")]
    Task<InstalledApp?> SettleAsync(AppKind kind, string slug);

    /// <summary>Tells that somebody uses an app: if there is a newer version, it is installed behind the scenes.</summary>
    [OneWay, AlwaysInterleave, Alias("Opened")]
    Task OpenedAsync(AppKind kind, string slug);

    /// <summary>Starts the updates there are and tells which packages are in use.</summary>
    [AlwaysInterleave, Alias("Sweep")]
    Task<IReadOnlyList<string>> SweepAsync();

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

/// <summary>An app that an instance is to have.</summary>
/// <param name="Kind">App or connector.</param>
/// <param name="Slug">Its short name.</param>
/// <param name="Source">Where to fetch it from.</param>
[GenerateSerializer, Immutable, Alias("cozy.PlannedApp")]
public sealed record PlannedApp(
    [property: Id(0)] AppKind Kind,
    [property: Id(1)] string Slug,
    [property: Id(2)] string Source);

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
