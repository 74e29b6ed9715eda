using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Cozy.Grains.Files;

namespace Cozy.Grains.Jobs.Workers;

/// <summary>
/// Makes an archive of files: <c>{files: {"path/in/zip": "file id"}, dir_id, filename}</c>. Its result is <c>{file_id}</c>.
/// </summary>
internal sealed class ZipWorker(JobFiles files) : IWorker
{
    private const int MostFiles = 10_000;

    public WorkerType Type { get; } = new("zip")
    {
        MaxTries = 2,
        Timeout = TimeSpan.FromMinutes(10),
        HourlyLimit = 100,
        PerInstance = 1,
    };

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        var name = JobMessage.Require(job.Message, "filename");
        var folder = JobMessage.Require(job.Message, "dir_id");
        var entries = Entries(job.Message);
        var made = await files.MakeAsync(
            job.InstanceId,
            new NewFile { ParentId = folder, Name = name, MimeType = "application/zip", RenameOnConflict = true },
            (output, cancellation) => WriteAsync(job, entries, output, cancellation),
            cancellationToken);
        return JsonSerializer.SerializeToUtf8Bytes(new { file_id = made.Id });
    }

    private async Task WriteAsync(JobRun job, List<(string Path, string? FileId)> entries, Stream output, CancellationToken cancellationToken)
    {
        await using var archive = JobFiles.Temporary();
        await using (var zip = await ZipArchive.CreateAsync(archive, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken))
            await FillAsync(job, entries, zip, cancellationToken);
        archive.Position = 0;
        await archive.CopyToAsync(output, cancellationToken);
    }

    private async Task FillAsync(JobRun job, List<(string Path, string? FileId)> entries, ZipArchive zip, CancellationToken cancellationToken)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var file = await files.GetAsync(job.InstanceId, entries[i].FileId);
            await using var source = await files.OpenAsync(job.InstanceId, file, cancellationToken);
            await using var target = await zip.CreateEntry(entries[i].Path).OpenAsync(cancellationToken);
            await source.CopyToAsync(target, cancellationToken);
            await job.ReportAsync(i + 1, entries.Count);
        }
    }

    private static List<(string Path, string? FileId)> Entries(JsonElement message)
    {
        if (!message.TryGetProperty("files", out var list) || list.ValueKind != JsonValueKind.Object || list.GetPropertyCount() is 0 or > MostFiles)
            throw new JobFailedException($"The message names no files, or more than {MostFiles}.", isFinal: true);
        return [.. list.EnumerateObject().Select(entry => (entry.Name.TrimStart('/'), entry.Value.ValueKind switch
        {
            JsonValueKind.String => entry.Value.GetString(),
            JsonValueKind.Object when !entry.Value.TryGetProperty("page", out _) && entry.Value.TryGetProperty("id", out var id) => id.GetString(),
            _ => throw new JobFailedException("Single pages of a file cannot be archived.", isFinal: true),
        }))];
    }
}
