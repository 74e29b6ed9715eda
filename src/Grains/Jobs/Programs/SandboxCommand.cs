using System.Globalization;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>The command line that runs a program in a sandbox, or at least within limits.</summary>
/// <remarks>
/// Each program of the chain replaces the one before it, so that the process that is started is the sandbox itself. The limit
/// of processes is set inside: there, only those of the sandbox count.
/// </remarks>
internal static class SandboxCommand
{
    private const string Inside = "/run/cozy";
    private const string InsideApp = "/app";
    private const string SharedMemoryBytes = "1048576";

    // What the owner of the machine has to say about programs is in none of them; of what else they use there is no list.
    private static readonly string[] SystemFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64"];
    private static readonly string[] SystemFiles =
        ["/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/ssl", "/etc/ca-certificates", "/etc/pki"];

    /// <summary>The command for the program of a folder.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="tools">Where the programs of the chain are.</param>
    /// <param name="user">The user to become first; null for the server's own.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="entry">The program's file within it; empty for the folder.</param>
    public static IReadOnlyList<string> Sandboxed(
        ProgramOptions options, SandboxTools tools, int? user, ProgramFolder folder, string entry) =>
    [
        .. AsUser(tools, user), .. tools.Nice is { } nice ? [nice, "-n", "10"] : Array.Empty<string>(),
        tools.Bubblewrap!,
        "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
        "--disable-userns", "--uid", "1000", "--gid", "1000", "--hostname", "cozy", "--die-with-parent", "--new-session",
        "--ro-bind", "/usr", "/usr", .. SystemFolders.SelectMany(Mount), .. NodeFolder(tools.Node),
        .. SystemFiles.SelectMany(path => new[] { "--ro-bind-try", path, path }),
        "--ro-bind", folder.Passwd, "/etc/passwd", "--ro-bind", folder.Group, "/etc/group",
        "--proc", "/proc", "--dev", "/dev", "--size", SharedMemoryBytes, "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
        "--size", Text(options.MaxDiskBytes), "--tmpfs", "/tmp",
        "--ro-bind", folder.App, InsideApp, "--ro-bind", folder.Run, Inside, "--remount-ro", "/", "--chdir", InsideApp, "--",
        .. Limited(options, tools, isShared: false), tools.Node, Path.Combine(InsideApp, entry),
    ];

    /// <summary>The command without a sandbox: the kernel's limits alone.</summary>
    public static IReadOnlyList<string> Unconfined(
        ProgramOptions options, SandboxTools tools, int? user, ProgramFolder folder, string entry) =>
    [
        .. AsUser(tools, user), .. Limited(options, tools, isShared: true), tools.Node, Path.Combine(folder.App, entry),
    ];

    /// <summary>What the environment says besides what the program is told.</summary>
    public static IEnumerable<(string Name, string Value)> Environment(ProgramOptions options, ProgramFolder folder, ProgramNetwork network, bool isSandboxed)
    {
        var run = isSandboxed ? Inside : folder.Run;
        var heap = options.MaxMemoryBytes / (1 << 20) * 3 / 4;
        yield return ("PATH", "/usr/local/bin:/usr/bin:/bin");
        yield return ("HOME", "/tmp");
        yield return ("LANG", "C.UTF-8");
        yield return ("NODE_ENV", "production");
        yield return ("NODE_OPTIONS", $"--require={run}/{ProgramFolder.Network} --max-old-space-size={heap}");
        yield return ("COZY_PROGRAM_SOCKET", $"{run}/{ProgramFolder.SocketName}");
        yield return ("COZY_PROGRAM_NETWORK", isSandboxed && network == ProgramNetwork.Internet ? "internet" : "none");
    }

    private static string[] AsUser(SandboxTools tools, int? user) => user is { } id
        ? [tools.SetPriv!, "--reuid", Text(id), "--regid", Text(id), "--clear-groups", "--no-new-privs"]
        : [];

    /// <summary>The kernel's limits; of processes only where those of others do not count.</summary>
    private static string[] Limited(ProgramOptions options, SandboxTools tools, bool isShared) => tools.Prlimit is not { } prlimit ? [] :
    [
        prlimit, .. isShared ? [] : new[] { $"--nproc={options.MaxProcesses}" },
        $"--data={options.MaxMemoryBytes}", $"--fsize={options.MaxDiskBytes}", $"--nofile={options.MaxOpenFiles}",
        $"--cpu={ProcessorSeconds(options)}:{ProcessorSeconds(options) + 1}", "--core=0", "--",
    ];

    /// <summary>A folder of the system as it is there: often it is a link.</summary>
    private static string[] Mount(string path) => new DirectoryInfo(path) switch
    {
        { Exists: false } => [],
        { LinkTarget: { } target } => ["--symlink", target, path],
        _ => ["--ro-bind", path, path],
    };

    /// <summary>A Node that is not one of the system's brings its own folder along.</summary>
    private static string[] NodeFolder(string node) =>
        !node.StartsWith("/usr/", StringComparison.Ordinal) && Path.GetDirectoryName(Path.GetDirectoryName(node)) is { Length: > 1 } prefix
            ? ["--ro-bind", prefix, prefix]
            : [];

    private static long ProcessorSeconds(ProgramOptions options) => (long)Math.Ceiling(options.MaxCpuTime.TotalSeconds);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The programs that sandboxes are made of.</summary>
/// <param name="Node">Node itself.</param>
/// <param name="Bubblewrap">The sandbox; null where there is none.</param>
/// <param name="Prlimit">Sets limits of the kernel; null where it is not installed.</param>
/// <param name="SetPriv">Becomes another user; null where it is not installed.</param>
/// <param name="Nice">Lets others go first; null where it is not installed.</param>
internal sealed record SandboxTools(string Node, string? Bubblewrap, string? Prlimit, string? SetPriv, string? Nice);
