using Cozy.Grains.Errors;
using Cozy.Grains.Instances;
using Cozy.Grains.Jobs;
using Cozy.Grains.Jobs.Workers;
using Cozy.Grains.Mail;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Exports;

/// <summary>Makes an export and mails the owner where it is. Only <see cref="IExportsGrain.RequestAsync"/> gives it jobs.</summary>
internal sealed partial class ExportWorker(
    IGrainFactory grains, ExportWriter writer, OwnerMails mails, TimeProvider time, ILogger<ExportWorker> logger) : IWorker
{
    public const string Name = "export";

    public WorkerType Type { get; } = new(Name)
    {
        IsReserved = true,
        Timeout = TimeSpan.FromHours(1),
        PerInstance = 1,
    };

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        if (!Uri.IsWellFormedUriString(JobMessage.Require(job.Message, "address"), UriKind.Absolute))
            throw new JobFailedException("The address is none.", isFinal: true);
        var request = ExportDocument.ReadMessage(job.Message);
        var exports = grains.GetGrain<IExportsGrain>(job.InstanceId);
        var export = await exports.BeginAsync(job.Id, request).WaitAsync(cancellationToken);
        if (export.State != Export.Done)
            export = await MakeAsync(exports, export, job, request, cancellationToken);
        if (!request.IsOfOperator)
            await TellAsync(job.InstanceId, instance => SendAsync(instance, export, request.Address));
        return default;
    }

    private async Task<Export> MakeAsync(
        IExportsGrain exports, Export export, JobRun job, ExportRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var (cursors, size) = await writer.WriteAsync(job.InstanceId, export, cancellationToken);
            return await exports.FinishAsync(export, cursors, size).WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is DocumentStoreException or BlobStoreException or CozyException or IOException)
        {
            const string reason = "The export could not be made.";
            await exports.FailAsync(export, reason);
            if (!request.IsOfOperator)
                await TellAsync(job.InstanceId, instance => mails.SendAsync(instance, (texts, name, domain) => texts.ExportFailed(name, domain)));
            throw new JobFailedException(reason, inner: failure);
        }
    }

    private Task SendAsync(Instance instance, Export export, string address)
    {
        var data = $"{address}move/exports/data/{ExportCode.Sign(export.Id, time.GetUtcNow(), instance.SessionSecret.Span)}";
        return mails.SendAsync(instance, (texts, name, domain) => texts.ExportReady(
            name,
            domain,
            new Uri(data),
            [.. export.Cursors.Select(cursor => new Uri($"{data}?cursor={Uri.EscapeDataString(cursor)}"))],
            export.ExpiresAt));
    }

    /// <summary>The export counts, whether or not the owner can be told.</summary>
    private async Task TellAsync(string instanceId, Func<Instance, Task> send)
    {
        try
        {
            if (await grains.GetGrain<IInstanceGrain>(instanceId).GetAsync() is { } instance)
                await send(instance);
        }
        catch (CozyException failure)
        {
            LogNotTold(instanceId, failure.Code);
        }
    }

    [LoggerMessage(1701, LogLevel.Warning, "The owner of {Instance} could not be told of an export: {Reason}")]
    private partial void LogNotTold(string instance, string reason);
}

/// <summary>Removes an export whose time is over: <c>{id}</c>.</summary>
internal sealed class CleanExportsWorker(IGrainFactory grains) : IWorker
{
    public const string Name = "clean-exports";

    public WorkerType Type { get; } = new(Name)
    {
        IsReserved = true,
        MaxTries = 5,
        RetryDelay = TimeSpan.FromMinutes(1),
        Timeout = TimeSpan.FromMinutes(5),
    };

    public async Task<ReadOnlyMemory<byte>> RunAsync(JobRun job, CancellationToken cancellationToken)
    {
        await grains.GetGrain<IExportsGrain>(job.InstanceId).RemoveAsync(JobMessage.Require(job.Message, "id")).WaitAsync(cancellationToken);
        return default;
    }
}
