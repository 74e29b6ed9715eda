using System.Text.Json;
using Cozy.Grains.Errors;
using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Jobs;

/// <summary>Runs one job: keeps its lease, and says how it ended.</summary>
internal sealed partial class WorkerRun(IGrainFactory grains, IWorker worker, JobLease lease, TimeProvider time, ILogger log)
{
    private const int RenewalsPerLease = 3;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);

    private readonly IJobQueueGrain _queue = grains.GetGrain<IJobQueueGrain>(lease.Key.InstanceId);
    private readonly TaskCompletionSource _worked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the worker has come to an end, which is before the queue knows.</summary>
    public Task Worked => _worked.Task;

    /// <summary>Runs the job; never fails.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var end = await WorkAsync(stopping);
        _worked.SetResult();
        await EndAsync(end);
    }

    /// <summary>Has the worker do the job; never fails.</summary>
    /// <returns>What tells the queue how it ended.</returns>
    private async Task<Func<Task<bool>>> WorkAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        ending.CancelAfter(lease.Timeout);
        using var renewing = new CancellationTokenSource();
        var renewal = RenewAsync(ending, renewing.Token);
        Func<Task<bool>> end;
        try
        {
            // A worker that computes without waiting would hold up those who take jobs.
            var result = await Task.Run(() => worker.RunAsync(Describe(), ending.Token), ending.Token);
            end = () => _queue.CompleteAsync(lease.Key, result);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            end = () => _queue.ReleaseAsync(lease.Key);
        }
        catch (Exception failure)
        {
            end = Explain(failure, ending.IsCancellationRequested);
        }

        await renewing.CancelAsync();
        await renewal;
        return end;
    }

    private Func<Task<bool>> Explain(Exception failure, bool isOver)
    {
        if (isOver)
            return () => _queue.FailAsync(lease.Key, "The job took too long.", isFinal: false);
        LogFailed(log, failure, worker.Type.Name, lease.Key.JobId, lease.Key.InstanceId);
        var (text, isFinal) = failure switch
        {
            JobFailedException known => (known.Message, known.IsFinal),
            CozyException domain => (domain.Message, domain.Kind is not (ErrorKind.Unavailable or ErrorKind.TooManyRequests)),
            _ => ("The server met an error it did not expect.", false),
        };
        return () => _queue.FailAsync(lease.Key, text, isFinal);
    }

    private JobRun Describe()
    {
        var job = JobDocument.Parse(lease.Job);
        return new JobRun(progress => _queue.RenewAsync(lease.Key, progress))
        {
            InstanceId = lease.Key.InstanceId,
            Domain = lease.Domain,
            Id = job.Id,
            Message = Parse(job.Message),
            Event = Parse(job.Event),
            Payload = Parse(job.Payload),
            TriggerId = job.TriggerId,
            IsManual = job.IsManual,
            Attempt = lease.Attempt,
            Timeout = lease.Timeout,
            QueuedAt = job.QueuedAt,
        };
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> json) => json.IsEmpty ? default : JsonElement.Parse(json.Span);

    /// <summary>Keeps the lease, and ends the run when it is lost.</summary>
    private async Task RenewAsync(CancellationTokenSource ending, CancellationToken until)
    {
        try
        {
            using var timer = new PeriodicTimer(lease.Duration / RenewalsPerLease, time);
            while (await timer.WaitForNextTickAsync(until))
            {
                if (!await IsStillMineAsync())
                {
                    await ending.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The job has ended.
        }
    }

    private async Task<bool> IsStillMineAsync()
    {
        try
        {
            return await _queue.RenewAsync(lease.Key, default);
        }
        catch (Exception failure)
        {
            // Perhaps the queue moves to another silo; it is asked again in time.
            LogNotRenewed(log, failure, lease.Key.JobId);
            return true;
        }
    }

    private async Task EndAsync(Func<Task<bool>> end)
    {
        var until = time.GetUtcNow() + lease.Duration;
        for (var pause = FirstRetry; ; pause *= 2)
        {
            try
            {
                if (!await end())
                    LogLost(log, worker.Type.Name, lease.Key.JobId, lease.Key.InstanceId);
                return;
            }
            catch (Exception failure)
            {
                LogNotEnded(log, failure, lease.Key.JobId);
                if (time.GetUtcNow() + pause > until)
                    return;
            }

            await Task.Delay(pause, time, CancellationToken.None);
        }
    }

    [LoggerMessage(1331, LogLevel.Information, "{Worker} failed at job {JobId} of {InstanceId}")]
    private static partial void LogFailed(ILogger logger, Exception failure, string worker, string jobId, string instanceId);

    [LoggerMessage(1332, LogLevel.Warning, "{Worker} ended job {JobId} of {InstanceId} too late: it was no longer its own")]
    private static partial void LogLost(ILogger logger, string worker, string jobId, string instanceId);

    [LoggerMessage(1333, LogLevel.Debug, "The lease of job {JobId} could not be renewed; that is tried again")]
    private static partial void LogNotRenewed(ILogger logger, Exception failure, string jobId);

    [LoggerMessage(1334, LogLevel.Warning, "The end of job {JobId} could not be told; that is tried again")]
    private static partial void LogNotEnded(ILogger logger, Exception failure, string jobId);
}
