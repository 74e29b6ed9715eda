using System.Globalization;
using System.Runtime.InteropServices;

namespace Cozy.Grains.Thumbnails.Worker;

/// <summary>
/// Limits that the kernel keeps for this process, so that whatever an image makes the library do ends with the process
/// alone. Linux only; elsewhere only the server's own time limit holds.
/// </summary>
internal static class ProcessLimits
{
    private const int Cpu = 0;
    private const int Core = 4;
    private const int AddressSpace = 9;
    private const int NoNewPrivileges = 38;

    /// <summary>No growth beyond these bytes from now on, no core dumped, no privilege gained.</summary>
    public static void Restrict(long moreBytes)
    {
        if (!OperatingSystem.IsLinux())
            return;

        Set(AddressSpace, (ulong)(MappedBytes() + moreBytes));
        Set(Core, 0);
        _ = SetProcess(NoNewPrivileges, 1, 0, 0, 0);
    }

    /// <summary>From now on the kernel ends the process after so much more processor time.</summary>
    public static void AllowProcessorTime(TimeSpan more)
    {
        if (!OperatingSystem.IsLinux())
            return;

        // The hard limit stays, so that it can be raised for the next file.
        var limit = new Limit
        {
            Soft = (ulong)(Environment.CpuUsage.TotalTime + more).TotalSeconds + 1,
            Hard = ulong.MaxValue,
        };
        Check(SetLimit(Cpu, in limit));
    }

    private static void Set(int resource, ulong value)
    {
        var limit = new Limit { Soft = value, Hard = value };
        Check(SetLimit(resource, in limit));
    }

    private static void Check(int result)
    {
        if (result != 0)
            throw new InvalidOperationException($"setrlimit failed with {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>What is mapped already: most of it reserved by the runtime and never used.</summary>
    private static long MappedBytes()
    {
        var pages = File.ReadAllText("/proc/self/statm").Split(' ')[0];
        return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, in Limit limit);

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetProcess(int option, nuint value, nuint unused1, nuint unused2, nuint unused3);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
