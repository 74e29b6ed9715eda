using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Cozy.Grains.Jobs;

/// <summary>Settings of jobs and their workers (configuration section <c>Jobs</c>).</summary>
public sealed partial class JobsOptions : IValidatableObject
{
    /// <summary>Largest message of a job, and largest payload of a webhook, in bytes.</summary>
    [Range(1024, 4 << 20)]
    public int MaxMessageBytes { get; set; } = 2 << 20;

    /// <summary>Jobs of one instance that may wait and run at a time.</summary>
    [Range(1, 10_000_000)]
    public int MaxOpen { get; set; } = 20_000;

    /// <summary>Bytes of the jobs of one instance that wait and run.</summary>
    [Range(1 << 20, 1L << 34)]
    public long MaxOpenBytes { get; set; } = 64 << 20;

    /// <summary>Highest priority a job may ask for; the lowest is as far below zero.</summary>
    [Range(0, 1_000_000)]
    public int MaxPriority { get; set; } = 100;

    /// <summary>Most tries a job may ask for.</summary>
    [Range(1, 1000)]
    public int MaxTries { get; set; } = 10;

    /// <summary>Longest time a job may ask for.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan MaxTimeout { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How long a worker inside the server may give no sign before its jobs go to others.</summary>
    [Range(typeof(TimeSpan), "00:00:00.2", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a job may be lost with its worker before it is given up: one that kills whoever takes it.</summary>
    [Range(1, 1000)]
    public int MaxLosses { get; set; } = 10;

    /// <summary>How long an empty silo asks for work at a time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:25")]
    public TimeSpan PollTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the worker <c>webhook</c> may call addresses of private networks and of this machine.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Where notifications for mobile devices are posted; null for nowhere.</summary>
    public Uri? PushGateway { get; set; }

    /// <summary>The bearer token for <see cref="PushGateway"/>.</summary>
    public string? PushGatewayToken { get; set; }

    /// <summary>Where short messages are posted; null for nowhere.</summary>
    public Uri? SmsGateway { get; set; }

    /// <summary>The bearer token for <see cref="SmsGateway"/>.</summary>
    public string? SmsGatewayToken { get; set; }

    /// <summary>Whether this silo runs the workers in the box.</summary>
    public bool RunWorkers { get; set; } = true;

    /// <summary>How long the documents of jobs that ended are kept; zero for ever.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan KeepEnded { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How many jobs that ended are kept in any case, for each worker and state.</summary>
    [Range(0, 100_000)]
    public int KeepLast { get; set; } = 50;

    /// <summary>Kinds of workers whose jobs programs outside of the server do.</summary>
    public IList<string> ExternalWorkers { get; } = [];

    /// <summary>
    /// Who may take jobs of all instances, each as <c>SHA256 worker,worker</c>: the hexadecimal SHA-256 of a token, and the
    /// workers whose jobs it opens.
    /// </summary>
    public IList<string> FarmTokens { get; } = [];

    /// <summary>How often a job of an external worker is tried.</summary>
    [Range(1, 1000)]
    public int ExternalTries { get; set; } = 3;

    /// <summary>How long one try of an external worker may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan ExternalTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After how long a job that an external worker failed is tried again; twice as long each time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan ExternalRetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time an external worker may ask for without a sign.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MaxExternalLease { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Most jobs an external worker takes at a time.</summary>
    [Range(1, 1000)]
    public int MaxBatch { get; set; } = 100;

    /// <summary>External workers of one instance that may wait for jobs at the same time; others are answered 429.</summary>
    [Range(1, 100_000)]
    public int MaxWaitingWorkers { get; set; } = 100;

    /// <summary>How the programs of apps are run.</summary>
    public ProgramOptions Programs { get; set; } = new();

    /// <summary>How many exports an owner may ask for in a day.</summary>
    [Range(1, 1000)]
    public int ExportsPerDay { get; set; } = 5;

    /// <summary>About how many bytes of files one archive of an export holds at least.</summary>
    [Range(1, 1L << 40)]
    public long ExportPartBytes { get; set; } = 1 << 30;

    /// <summary>How long an export is kept.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan ExportMaxAge { get; set; } = TimeSpan.FromDays(7);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ExternalWorkers.FirstOrDefault(name => !WorkerName().IsMatch(name)) is { } wrong)
            yield return new ValidationResult($"'{wrong}' is no name of a worker.", [nameof(ExternalWorkers)]);
        if (FarmTokens.Any(entry => !FarmToken().IsMatch(entry)))
            yield return new ValidationResult("An entry is not the SHA-256 of a token and names of workers.", [nameof(FarmTokens)]);
        var wrongs = new List<ValidationResult>();
        Validator.TryValidateObject(Programs, new ValidationContext(Programs), wrongs, validateAllProperties: true);
        foreach (var one in wrongs)
            yield return new ValidationResult($"{nameof(Programs)}: {one.ErrorMessage}", [nameof(Programs)]);
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,49}$")]
    private static partial Regex WorkerName();

    [GeneratedRegex("^[0-9a-f]{64} [a-z][a-z0-9-]*(,[a-z][a-z0-9-]*)*$")]
    private static partial Regex FarmToken();
}
