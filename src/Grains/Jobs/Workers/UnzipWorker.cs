using System.IO.Compression;
using System.IO.Hashing;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;

namespace Cozy.Grains.Jobs.Workers;

/// <summary>
/// Takes an archive apart: <c>{zip: file id, destination: folder id}</c>. What is there by the name already is kept, so that
/// a second try makes nothing twice. An archive that blows up is stopped.
/// </summary>
internal sealed class UnzipWorker(IGrainFactory grains, JobFiles files) : IWorker
{
    private const int MostEntries = 20_000;
    private const long MostBytes = 50L << 30;
    private const int MostTimesLarger = 1000;
    private const int BlockBytes = 64 << 10;

    public WorkerType Type { get; } = new("unzip")
    {
        MaxTries = 2,
        Timeout = TimeSpan.FromMinutes(10),
        HourlyLimit = 100,
        PerInstance = 1,
    };

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        var source = await files.GetAsync(job.InstanceId, JobMessage.Require(job.Message, "zip"));
        var destination = JobMessage.Require(job.Message, "destination");
        try
        {
            await using var content = await OpenAsync(job.InstanceId, source, cancellationToken);
            await using var zip = await ZipArchive.CreateAsync(content, ZipArchiveMode.Read, leaveOpen: true, null, cancellationToken);
            Check(zip, content.Length);
            var folders = new Dictionary<string, string>(StringComparer.Ordinal) { [""] = destination };
            for (var i = 0; i < zip.Entries.Count; i++)
            {
                await ExtractAsync(job, zip.Entries[i], folders, cancellationToken);
                await job.ReportAsync(i + 1, zip.Entries.Count);
            }

            return default;
        }
        catch (InvalidDataException failure)
        {
            throw new JobFailedException("The file is no archive, or is damaged.", isFinal: true, failure);
        }
    }

    private static void Check(ZipArchive zip, long length)
    {
        var bytes = zip.Entries.Sum(entry => (decimal)entry.Length);
        if (zip.Entries.Count > MostEntries || bytes > MostBytes || bytes > (decimal)Math.Max(length, 1 << 20) * MostTimesLarger)
            throw new JobFailedException("The archive holds too much.", isFinal: true);
    }

    private async Task ExtractAsync(JobRun job, ZipArchiveEntry entry, Dictionary<string, string> folders, CancellationToken cancellationToken)
    {
        var path = entry.FullName.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length == 0 || path.Any(name => name is "." or ".."))
            return;
        var isFolder = entry.FullName.EndsWith('/');
        var parent = await FolderAsync(job.InstanceId, isFolder ? path : path[..^1], folders);
        if (isFolder)
            return;
        try
        {
            await files.MakeAsync(
                job.InstanceId,
                new NewFile { ParentId = parent, Name = path[^1], UpdatedAt = entry.LastWriteTime },
                (output, cancellation) => CopyAsync(entry, output, cancellation),
                cancellationToken);
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.Conflict)
        {
            // A file of that name is there, perhaps from the try before.
        }
    }

    private static async Task CopyAsync(ZipArchiveEntry entry, Stream output, CancellationToken cancellationToken)
    {
        await using var input = await entry.OpenAsync(cancellationToken);
        var block = new byte[BlockBytes];
        var sum = new Crc32();
        var left = entry.Length;
        for (int read; (read = await input.ReadAsync(block, cancellationToken)) > 0; left -= read)
        {
            // Stopped at once: what an entry says of its length is what the limits were checked with.
            if (read > left)
                throw new InvalidDataException("An entry is longer than it says.");
            sum.Append(block.AsSpan(0, read));
            await output.WriteAsync(block.AsMemory(0, read), cancellationToken);
        }

        // The sum also tells of an entry that was cut where it says it ends.
        if (left > 0 || sum.GetCurrentHashAsUInt32() != entry.Crc32)
            throw new InvalidDataException("An entry is not what it says.");
    }

    private async Task<string> FolderAsync(string instanceId, string[] path, Dictionary<string, string> folders)
    {
        var key = string.Join('/', path);
        if (folders.TryGetValue(key, out var known))
            return known;
        var parent = await FolderAsync(instanceId, path[..^1], folders);
        var tree = grains.GetGrain<IFileTreeGrain>(instanceId);
        var above = (await tree.PathsOfAsync([parent]))[0] ?? throw new JobFailedException("The folder is not there.", isFinal: true);
        var folder = await tree.CreateDirectoryAtPathAsync($"{above.TrimEnd('/')}/{path[^1]}", true, new NewDirectory());
        return folders[key] = folder.Id;
    }

    /// <summary>The content as something that can be read from any place: an archive is read from its end.</summary>
    private async Task<Stream> OpenAsync(string instanceId, FileEntry source, CancellationToken cancellationToken)
    {
        var content = await files.OpenAsync(instanceId, source, cancellationToken);
        if (content.CanSeek)
            return content;
        await using (content)
        {
            var copy = JobFiles.Temporary();
            await content.CopyToAsync(copy, cancellationToken);
            copy.Position = 0;
            return copy;
        }
    }
}
