namespace Cozy.Grains.Jobs;

/// <summary>What there is to know of a kind of worker.</summary>
/// <param name="Name">Its name, such as <c>sendmail</c>.</param>
public sealed record WorkerType(string Name)
{
    /// <summary>The worker whose jobs apps do themselves.</summary>
    public const string Client = "client";

    /// <summary>Only the server and the command line may give it jobs.</summary>
    public bool IsReserved { get; init; }

    /// <summary>Programs outside of the server do its jobs.</summary>
    public bool IsExternal { get; init; }

    /// <summary>How often a job is tried.</summary>
    public int MaxTries { get; init; } = 1;

    /// <summary>How long one try may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long a job that failed is tried again; twice as long each time.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>The longest such time.</summary>
    public TimeSpan LongestRetryDelay { get; init; } = TimeSpan.FromHours(1);

    /// <summary>After how long a job that keeps failing is given up, whatever tries are left; null for never.</summary>
    public TimeSpan? GiveUpAfter { get; init; }

    /// <summary>How many jobs one instance may push in an hour; 0 for any number.</summary>
    public int HourlyLimit { get; init; }

    /// <summary>How many jobs of one instance run at a time; 0 for any number.</summary>
    public int PerInstance { get; init; }

    /// <summary>How many jobs one silo runs at a time; 0 for as many as it has processors.</summary>
    public int PerSilo { get; init; }
}
