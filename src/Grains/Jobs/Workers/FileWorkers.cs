using System.Text.Json;
using Cozy.Grains.Files;
using Cozy.Grains.Storage;
using Cozy.Grains.Thumbnails;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Jobs.Workers;

/// <summary>Makes the thumbnails of the file an event or <c>{file}</c> is about; those that are there are left alone.</summary>
internal sealed class ThumbnailWorker(IGrainFactory grains) : IWorker
{
    public WorkerType Type { get; } = new("thumbnail")
    {
        IsReserved = true,
        MaxTries = 2,
        Timeout = TimeSpan.FromSeconds(30),
        HourlyLimit = 20_000,
        PerInstance = 2,
    };

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        var id = job.Event.ValueKind == JsonValueKind.Object && job.Event.TryGetProperty("doc", out var document)
            ? document.Text("_id")
            : job.Message.ValueKind == JsonValueKind.Object ? job.Message.Text("file") : null;
        if (id is null)
            throw new JobFailedException("The message names no file.", isFinal: true);
        await grains.GetGrain<IThumbnailsGrain>(job.InstanceId).EnsureAsync(id).WaitAsync(cancellationToken);
        return default;
    }
}

/// <summary>Destroys all that is in the trash.</summary>
internal sealed class TrashFilesWorker(IGrainFactory grains) : IWorker
{
    public WorkerType Type { get; } = new("trash-files")
    {
        IsReserved = true,
        MaxTries = 2,
        Timeout = TimeSpan.FromHours(2),
        PerInstance = 1,
    };

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        await grains.GetGrain<IFileTreeGrain>(job.InstanceId).EmptyTrashAsync(null).WaitAsync(cancellationToken);
        return default;
    }
}

/// <summary>Destroys what has been in the trash for longer than <c>Files:Tree:TrashAge</c>; nothing when that is zero.</summary>
internal sealed class CleanOldTrashedWorker(IGrainFactory grains, IOptions<FileTreeOptions> options) : IWorker
{
    public WorkerType Type { get; } = new("clean-old-trashed")
    {
        IsReserved = true,
        MaxTries = 2,
        Timeout = TimeSpan.FromHours(2),
        PerInstance = 1,
    };

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        if (options.Value.TrashAge > TimeSpan.Zero)
            await grains.GetGrain<IFileTreeGrain>(job.InstanceId).EmptyTrashAsync(options.Value.TrashAge).WaitAsync(cancellationToken);
        return default;
    }
}
