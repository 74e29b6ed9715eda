using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Cozy.Benchmarks.Load;
using Cozy.Benchmarks.Servers;
using Microsoft.Win32.SafeHandles;

namespace Cozy.Benchmarks.Cases;

/// <summary>
/// Small uploads by 16 clients, 500 to a folder, against as many writers who each create a file and flush it to the disk: with its
/// name, as the server does, for a file whose name is not there after a power cut was not created (fsync(2)), and without.
/// </summary>
internal sealed class SmallUploadCase : BenchmarkCase
{
    private const int Clients = 16;
    private const int FilesInFolder = 500;
    private const int Folders = 64;
    private const int Bytes = 4096;

    public override string Name => "small-upload";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var content = environment.File.AsSpan(0, Bytes).ToArray();
        var baseline = Directory.CreateDirectory(Path.Combine(environment.Folder, "small")).FullName;
        using var baselineFolder = OpenFolder(baseline);
        var (round, created) = (0, 0);
        var results = await ClosedLoop.AlternateAsync(
            options.Rounds,
            async () =>
            {
                var folders = new List<string>();
                while (folders.Count < Folders)
                    folders.Add(await FileTrees.FolderAsync(environment, $"small-{round}-{folders.Count}", ""));
                round++;
                await SettleAsync();
                return await UploadAsync(environment, folders, content, options.Duration);
            },
            () => CreateFilesAsync(baselineFolder),
            () => CreateFilesAsync(null));
        report.Add(
            "upload 4 KiB, 16 clients", results[0], 0.3,
            ("create a file, fsync it and its folder", results[1]), ("create a file, fsync it alone", results[2]));

        async Task<Measurement> CreateFilesAsync(SafeFileHandle? folder)
        {
            await SettleAsync();
            return await ClosedLoop.RunAsync(Clients, options.Duration, _ =>
            {
                using var file = new FileStream(
                    Path.Combine(baseline, $"{Interlocked.Increment(ref created)}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
                file.Write(content);
                file.Flush(flushToDisk: true);
                if (folder is not null)
                    RandomAccess.FlushToDisk(folder);
                return Task.CompletedTask;
            });
        }
    }

    /// <summary>.NET opens no folders.</summary>
    private static SafeFileHandle OpenFolder(string path)
    {
        var descriptor = Open(path, 0);
        return descriptor < 0 ? throw new IOException($"Cannot open '{path}'.") : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Writes out what the other side left to be written, so that neither pays for it: a folder's own blocks, inodes.</summary>
    private static async Task SettleAsync()
    {
        using var sync = Process.Start("sync");
        await sync.WaitForExitAsync();
    }

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(string path, int flags);

    private static Task<Measurement> UploadAsync(
        BenchmarkEnvironment environment, List<string> folders, byte[] content, TimeSpan duration)
    {
        if (RequestLoad.HasWrk)
            return RequestLoad.UploadAsync(environment.Cozy, environment.Headers, folders, FilesInFolder, Bytes, Clients, duration);

        var sent = 0;
        return ClosedLoop.RunAsync(Clients, duration, async _ =>
        {
            var number = Interlocked.Increment(ref sent);
            var folder = folders[number / FilesInFolder % folders.Count];
            using var response = await environment.SendAsync(
                HttpMethod.Post, $"/files/{folder}?Type=file&Name=f{number}", content, "application/octet-stream");
            await response.Content.ReadAsByteArrayAsync();
        });
    }
}

/// <summary>
/// A tree of 100,000 files in 1,000 folders: how long a page of 10,000 children takes, how long the first request waits for the
/// tree to be read, how long its top takes to be moved, and the memory it takes. Building it takes minutes.
/// </summary>
internal sealed class LargeTreeCase : BenchmarkCase
{
    private const int Folders = 1000;
    private const int FilesInFolder = 100;
    private const int Children = 10_000;
    private const int Clients = 16;

    public override string Name => "large-tree";

    public override async Task RunAsync(BenchmarkEnvironment environment, BenchmarkOptions options, Report report)
    {
        var flat = await FileTrees.FolderAsync(environment, "flat", "");
        await FillAsync(environment, flat, Children);
        await MeasureListingAsync(environment, flat, options, report);

        var before = environment.ServerMemory();
        var (top, left, right) = (
            await FileTrees.FolderAsync(environment, "top", ""),
            await FileTrees.FolderAsync(environment, "left", ""),
            await FileTrees.FolderAsync(environment, "right", ""));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Folders), new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (folder, _) =>
                await FillAsync(environment, await FileTrees.FolderAsync(environment, $"folder{folder}", top), FilesInFolder, clients: 1));
        report.Add("100,000 files: memory of the server above before", "cozy", (environment.ServerMemory() - before) / 1024.0, "MiB", "");

        var moves = new List<double>();
        for (var round = 0; round < 2 * options.Rounds; round++)
        {
            var target = round % 2 == 0 ? left : right;
            moves.Add(await TimeAsync(() => environment.SendAsync(
                HttpMethod.Patch, $"/files/{top}",
                System.Text.Encoding.UTF8.GetBytes("{\"data\":{\"attributes\":{\"dir_id\":\"" + target + "\"}}}"))));
        }

        report.Add("move a folder of 100,000 files in 1,000 folders, median", "cozy", Report.Median(moves), "ms", "");
        await environment.RestartAsync();
        report.Add(
            "first request to the tree of 110,000 files after a start", "cozy",
            await TimeAsync(() => environment.SendAsync(HttpMethod.Get, $"/files/{top}")), "ms", "");
    }

    private static async Task MeasureListingAsync(
        BenchmarkEnvironment environment, string folder, BenchmarkOptions options, Report report)
    {
        var listings = new List<double>();
        for (var round = 0; round < 3 + options.Rounds; round++)
        {
            listings.Add(await TimeAsync(() => environment.SendAsync(
                HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/files/{folder}/relationships/contents?page[limit]={Children}"))));
        }

        report.Add("list 10,000 children, median", "cozy", Report.Median(listings), "ms", "");
    }

    private static async Task<double> TimeAsync(Func<Task<HttpResponseMessage>> ask)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await ask();
        await response.Content.CopyToAsync(Stream.Null);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static Task FillAsync(BenchmarkEnvironment environment, string folder, int files, int clients = Clients) => Parallel.ForEachAsync(
        Enumerable.Range(0, files), new ParallelOptions { MaxDegreeOfParallelism = clients }, async (file, _) =>
        {
            using var response = await environment.SendAsync(
                HttpMethod.Post, $"/files/{folder}?Type=file&Name=A%20photo%20of%20the%20year%20{file}.jpg", [(byte)file], "text/plain");
        });
}

/// <summary>What the cases on files share.</summary>
internal static class FileTrees
{
    /// <summary>Makes a folder and returns its id.</summary>
    public static async Task<string> FolderAsync(BenchmarkEnvironment environment, string name, string parent)
    {
        using var response = await environment.SendAsync(HttpMethod.Post, $"/files/{parent}?Type=directory&Name={name}");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("data").GetProperty("id").GetString()!;
    }
}
