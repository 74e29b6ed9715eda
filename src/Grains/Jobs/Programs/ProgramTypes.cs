using Cozy.Grains.Apps;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>What the two workers that run programs have in common.</summary>
internal static class ProgramTypes
{
    /// <summary>The kind of worker.</summary>
    public static WorkerType Of(string name, int hourlyLimit, ProgramOptions options) => new(name)
    {
        MaxTries = 2,
        Timeout = options.Timeout,
        HourlyLimit = hourlyLimit,
        PerInstance = options.PerInstance,
        PerSilo = options.PerSilo > 0 ? options.PerSilo : Environment.ProcessorCount * 2,
    };

    /// <summary>What the job gives when a program has ended.</summary>
    /// <exception cref="JobFailedException">It did not end well.</exception>
    public static ReadOnlyMemory<byte> ResultOf(ProgramEnd end) => end switch
    {
        // It would go the same way again.
        { Excess: { } excess } => throw new JobFailedException(excess, isFinal: true),
        { ExitCode: not 0 } => throw new JobFailedException($"The program ended with exit code {end.ExitCode}."),
        _ => default,
    };
}

/// <summary>Finds the apps whose programs are run.</summary>
internal static class ProgramApps
{
    /// <summary>An installed app whose files are there. That it is used may start an update, for the next run.</summary>
    /// <exception cref="JobFailedException">It is not installed, or not ready.</exception>
    public static async Task<InstalledApp> GetAsync(IGrainFactory grains, string instanceId, AppKind kind, string slug)
    {
        if (!AppSlug.IsValid(slug))
            throw new JobFailedException("The message names no app.", isFinal: true);
        var apps = grains.GetGrain<IAppsGrain>(instanceId);
        var app = await apps.FindAsync(kind, slug) ?? throw new JobFailedException("The app is not installed.", isFinal: true);
        await apps.OpenedAsync(kind, slug);
        return app.IsReady && (app.PackageId ?? app.DevelopmentFolder) is not null ? app : throw new JobFailedException("The app is not ready.");
    }
}
