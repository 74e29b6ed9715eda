using System.Globalization;
using System.Text.Json;
using Cozy.Grains.Errors;
using Cozy.Grains.Files;
using Cozy.Grains.Pdf;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;

namespace Cozy.Grains.Jobs.Workers;

/// <summary>Reads and makes files for workers. Contents go between the worker and the blob store, never through a grain.</summary>
internal sealed class JobFiles(IGrainFactory grains, IBlobStore blobs)
{
    /// <summary>A file by its id.</summary>
    /// <exception cref="JobFailedException">It is not there, or is a folder.</exception>
    public async Task<FileEntry> GetAsync(string instanceId, string? fileId) =>
        fileId is not null && await grains.GetGrain<IFileTreeGrain>(instanceId).FindByIdAsync(fileId) is { IsDirectory: false } found
            ? found
            : throw new JobFailedException("A file of the job is not there.", isFinal: true);

    /// <summary>Opens the content of a file; whether it can be read from any place depends on the store.</summary>
    /// <exception cref="JobFailedException">It is gone.</exception>
    public async Task<Stream> OpenAsync(string instanceId, FileEntry file, CancellationToken cancellationToken)
    {
        using var json = Json.Parse(file.Members);
        return await OpenAsync(instanceId, file, json.RootElement.Text("internal_vfs_id") ?? "", cancellationToken);
    }

    /// <summary>The content of a file, to take pages out of it.</summary>
    public PdfSource PdfOf(string instanceId, FileEntry file)
    {
        using var json = Json.Parse(file.Members);
        var version = json.RootElement.Text("internal_vfs_id") ?? "";
        return new PdfSource(
            instanceId, version, long.Parse(json.RootElement.Text("size") ?? "0", CultureInfo.InvariantCulture),
            cancellationToken => OpenAsync(instanceId, file, version, cancellationToken));
    }

    private async Task<Stream> OpenAsync(string instanceId, FileEntry file, string version, CancellationToken cancellationToken)
    {
        var content = await blobs.OpenAsync(new BlobKey(instanceId, file.Id, version), null, cancellationToken)
            ?? throw new JobFailedException("The content of a file of the job is gone.");
        return content.Stream ?? File.OpenRead(content.LocalPath!);
    }

    /// <summary>Makes a file with the content that is written.</summary>
    /// <param name="instanceId">Whose.</param>
    /// <param name="request">The file.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="cancellationToken">Ends the attempt, which then leaves nothing behind.</param>
    /// <exception cref="CozyException">As <see cref="IFileTreeGrain.PrepareUploadAsync"/>; TooLarge: over the quota.</exception>
    public async Task<FileEntry> MakeAsync(
        string instanceId, NewFile request, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var tree = grains.GetGrain<IFileTreeGrain>(instanceId);
        var grant = await tree.PrepareUploadAsync(request);
        var usage = await tree.GetDiskUsageAsync();
        var limit = usage.Quota > 0 ? Math.Max(usage.Quota - usage.Used, 0) : long.MaxValue;
        await using var upload = await blobs.BeginUploadAsync(new BlobKey(instanceId, grant.FileId, grant.VersionId), request.Size, cancellationToken);
        await using var content = new UploadStream(upload, limit);
        await write(content, cancellationToken);
        var digest = content.Digest();
        await upload.CompleteAsync(digest, cancellationToken);
        return await tree.CommitUploadAsync(grant, request, new UploadedContent(digest.Length, digest.Md5));
    }

    /// <summary>A file on the silo's disk that vanishes when it is closed: archives are made and read in no straight line.</summary>
    public static FileStream Temporary() => new(
        Path.Combine(Path.GetTempPath(), $"cozy-job-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
        64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
}

/// <summary>Reads the messages of jobs.</summary>
internal static class JobMessage
{
    /// <summary>A text that must be there.</summary>
    /// <exception cref="JobFailedException">It is not.</exception>
    public static string Require(JsonElement message, string name) =>
        message.ValueKind == JsonValueKind.Object && message.Text(name) is { Length: > 0 } text
            ? text
            : throw new JobFailedException($"The message has no {name}.", isFinal: true);
}
