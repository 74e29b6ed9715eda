using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Grains.Pdf;

namespace Cozy.Grains.Jobs.Workers;

/// <summary>
/// Makes an archive of files: <c>{files: {"path/in/zip": "file id" or {id, page}}, dir_id, filename}</c>. Its result is
/// <c>{file_id}</c>.
/// </summary>
internal sealed class ZipWorker(JobFiles files, IPdfPages pages) : IWorker
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

    private async Task WriteAsync(JobRun job, List<ZipEntry> entries, Stream output, CancellationToken cancellationToken)
    {
        await using var archive = JobFiles.Temporary();
        await using (var zip = await ZipArchive.CreateAsync(archive, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken))
            await FillAsync(job, entries, zip, cancellationToken);
        archive.Position = 0;
        await archive.CopyToAsync(output, cancellationToken);
    }

    private async Task FillAsync(JobRun job, List<ZipEntry> entries, ZipArchive zip, CancellationToken cancellationToken)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var file = await files.GetAsync(job.InstanceId, entries[i].FileId);
            await using var target = await zip.CreateEntry(entries[i].Path).OpenAsync(cancellationToken);
            if (entries[i].Page > 0)
            {
                await CopyPageAsync(job.InstanceId, file, entries[i].Page, target, cancellationToken);
            }
            else
            {
                await using var source = await files.OpenAsync(job.InstanceId, file, cancellationToken);
                await source.CopyToAsync(target, cancellationToken);
            }

            await job.ReportAsync(i + 1, entries.Count);
        }
    }

    private async Task CopyPageAsync(string instanceId, FileEntry file, int number, Stream target, CancellationToken cancellationToken)
    {
        try
        {
            await using var page = await pages.ExtractAsync(files.PdfOf(instanceId, file), [number], cancellationToken);
            await page.CopyToAsync(target, 0, cancellationToken);
        }
        catch (CozyException failure)
        {
            throw new JobFailedException(failure.Message, isFinal: failure.Kind != ErrorKind.Unavailable, failure);
        }
    }

    private static List<ZipEntry> Entries(JsonElement message)
    {
        if (!message.TryGetProperty("files", out var list) || list.ValueKind != JsonValueKind.Object || list.GetPropertyCount() is 0 or > MostFiles)
            throw new JobFailedException($"The message names no files, or more than {MostFiles}.", isFinal: true);
        return [.. list.EnumerateObject().Select(entry => ReadEntry(entry.Name.TrimStart('/'), entry.Value))];
    }

    // Without a page, or with one below the first, it is the whole file.
    private static ZipEntry ReadEntry(string path, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new ZipEntry(path, value.GetString(), 0),
        JsonValueKind.Object when value.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String =>
            new ZipEntry(path, id.GetString(), value.TryGetProperty("page", out var page) ? ReadNumber(page) : 0),
        _ => throw new JobFailedException("A file of the message has no id.", isFinal: true),
    };

    private static int ReadNumber(JsonElement page) => page.ValueKind == JsonValueKind.Number && page.TryGetInt32(out var number)
        ? number
        : throw new JobFailedException("A page of the message is no number.", isFinal: true);

    private readonly record struct ZipEntry(string Path, string? FileId, int Page);
}
