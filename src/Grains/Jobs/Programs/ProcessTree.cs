using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>What a process and all below it use, as Linux tells it.</summary>
internal static class ProcessTree
{
    // USER_HZ, the same on every machine that .NET runs on.
    private const double TicksPerSecond = 100;
    private const int FileCount = 5;
    private const int FreeFileCount = 6;

    /// <summary>Measures the tree of a process; zero when it has ended.</summary>
    public static ProcessUse Measure(int root)
    {
        var children = new Dictionary<int, List<int>>();
        var ticks = new Dictionary<int, long>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Read(Path.Combine(folder, "stat")) is { } stat)
            {
                // The name in front may hold blanks and brackets. Then: state, parent, …, times of its own and of children that ended.
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                var parent = int.Parse(fields[1], CultureInfo.InvariantCulture);
                if (!children.TryGetValue(parent, out var siblings))
                    children.Add(parent, siblings = []);
                siblings.Add(id);
                ticks.Add(id, fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)));
            }
        }

        var members = Below(root, children);
        var inside = members.Select(FilesOf).FirstOrDefault(count => count is not null);
        return new ProcessUse(
            members.Sum(MemoryOf),
            TimeSpan.FromSeconds(members.Sum(id => ticks.GetValueOrDefault(id)) / TicksPerSecond),
            inside ?? 0);
    }

    private static List<int> Below(int root, Dictionary<int, List<int>> children)
    {
        List<int> found = [root];
        for (var i = 0; i < found.Count; i++)
            found.AddRange(children.GetValueOrDefault(found[i]) ?? []);
        return found;
    }

    /// <summary>Bytes that are its own; what programs share with others on disk does not count.</summary>
    private static long MemoryOf(int id) => Read($"/proc/{id}/status") is { } status
        ? status.Split('\n').Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("RssShmem:", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024)
        : 0;

    /// <summary>Files in its scratch folder; null for a process that sees the machine's own.</summary>
    private static long? FilesOf(int id)
    {
        var root = $"/proc/{id}/root";
        try
        {
            if (!Directory.Exists($"{root}/run/cozy"))
                return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }

        var facts = new long[32];
        return StatVfs(Encoding.UTF8.GetBytes($"{root}/tmp\0"), facts) == 0 ? facts[FileCount] - facts[FreeFileCount] : null;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "statvfs")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatVfs(byte[] path, [Out] long[] facts);
}

/// <summary>What processes use.</summary>
/// <param name="Memory">Bytes.</param>
/// <param name="ProcessorTime">From their start on.</param>
/// <param name="Files">Files in the scratch folder of the sandbox; 0 without one.</param>
internal readonly record struct ProcessUse(long Memory, TimeSpan ProcessorTime, long Files);
