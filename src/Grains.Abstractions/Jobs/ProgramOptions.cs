using System.ComponentModel.DataAnnotations;

namespace Cozy.Grains.Jobs;

/// <summary>
/// How the programs of installed apps are run (configuration section <c>Jobs:Programs</c>): the services of web apps and the
/// connectors. The limits are for each run.
/// </summary>
public sealed class ProgramOptions
{
    /// <summary>The Node program, by its path or its name on the <c>PATH</c>.</summary>
    [Required]
    public string Node { get; set; } = "node";

    /// <summary>The sandbox program (bubblewrap), by its path or its name on the <c>PATH</c>.</summary>
    [Required]
    public string Bubblewrap { get; set; } = "bwrap";

    /// <summary>
    /// Run programs where no sandbox can be had. They can then read and reach whatever the server's user can: only for a
    /// machine on which every app is trusted.
    /// </summary>
    public bool AllowWithoutSandbox { get; set; }

    /// <summary>The id of the user, and group, that programs run as when the server is run by root.</summary>
    [Range(1, int.MaxValue)]
    public int UserId { get; set; } = 65534;

    /// <summary>Where the files of programs that run are; null for the system's folder for temporary files.</summary>
    public string? Folder { get; set; }

    /// <summary>What the services of web apps reach, besides their own instance.</summary>
    public ProgramNetwork ServiceNetwork { get; set; } = ProgramNetwork.None;

    /// <summary>What connectors reach, besides their own instance.</summary>
    public ProgramNetwork ConnectorNetwork { get; set; } = ProgramNetwork.Internet;

    /// <summary>Bytes of memory.</summary>
    [Range(128L << 20, 1L << 40)]
    public long MaxMemoryBytes { get; set; } = 512L << 20;

    /// <summary>Processor time.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan MaxCpuTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Processes and threads; Node itself has some ten.</summary>
    [Range(32, 100_000)]
    public int MaxProcesses { get; set; } = 64;

    /// <summary>Bytes of files in its scratch folder, which is in memory and gone when the run has ended.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MaxDiskBytes { get; set; } = 128L << 20;

    /// <summary>Files and folders in its scratch folder.</summary>
    [Range(10, 10_000_000)]
    public long MaxFiles { get; set; } = 10_000;

    /// <summary>Files that a process has open at a time.</summary>
    [Range(64, 1 << 20)]
    public int MaxOpenFiles { get; set; } = 512;

    /// <summary>Connections at a time.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 64;

    /// <summary>Bytes that it writes to its output; whatever is over ends it.</summary>
    [Range(64L << 10, 1L << 34)]
    public long MaxOutputBytes { get; set; } = 4L << 20;

    /// <summary>Lines of its output that go into the server's log, and to whoever listens.</summary>
    [Range(0, 1_000_000)]
    public int MaxLogLines { get; set; } = 1000;

    /// <summary>How long one try takes, unless the job asks for something else.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Programs of one instance and kind that run at a time.</summary>
    [Range(1, 10_000)]
    public int PerInstance { get; set; } = 2;

    /// <summary>Programs of one kind that one silo runs at a time; 0 for twice as many as it has processors.</summary>
    [Range(0, 10_000)]
    public int PerSilo { get; set; }
}

/// <summary>What a program reaches, besides the API of its own instance.</summary>
public enum ProgramNetwork
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>
    /// Addresses of the Internet, through the server; private ones only with <see cref="JobsOptions.AllowPrivateAddresses"/>.
    /// </summary>
    Internet = 1,
}
