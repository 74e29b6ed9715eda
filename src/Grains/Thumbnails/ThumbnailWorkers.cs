using System.ComponentModel;
using Cozy.Grains.Thumbnails.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cozy.Grains.Thumbnails;

/// <summary>
/// The worker processes of this silo. They are started when they are needed and ended when they are idle, when a file
/// takes too long, and after many files.
/// </summary>
internal sealed partial class ThumbnailWorkers : IDisposable
{
    // Against what a library may lose with each file.
    private const int MaxUses = 200;

    private readonly ThumbnailOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ThumbnailWorkers> _logger;
    private readonly FairGate _gate;
    private readonly Lock _lock = new();
    private readonly Stack<WorkerProcess> _idle = new();
    private readonly ITimer _cleaning;
    private bool _disposed;

    public ThumbnailWorkers(IOptions<ThumbnailOptions> options, TimeProvider time, ILogger<ThumbnailWorkers> logger)
    {
        (_options, _time, _logger) = (options.Value, time, logger);
        _gate = new FairGate(_options.Workers > 0 ? _options.Workers : Math.Max(Environment.ProcessorCount / 2, 1));
        _cleaning = time.CreateTimer(
            static self => ((ThumbnailWorkers)self!).EndIdle(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Has the thumbnails of a content made, in turn with other instances.</summary>
    /// <param name="instanceId">Whose content it is.</param>
    /// <param name="isUrgent">Somebody is waiting for it.</param>
    /// <param name="open">Opens the content when it is its turn.</param>
    /// <param name="length">The content's length.</param>
    /// <returns>The images in the order of the formats; null when none can be made of this content.</returns>
    /// <exception cref="WorkerUnavailableException">No worker can be started.</exception>
    public async Task<IReadOnlyList<byte[]>?> RenderAsync(
        string instanceId, bool isUrgent, Func<Task<Stream>> open, long length)
    {
        await _gate.EnterAsync(instanceId, isUrgent, CancellationToken.None);
        try
        {
            await using var content = await open();
            var images = await UseAsync(
                instanceId, (worker, token) => worker.RenderAsync(content, length, token), CancellationToken.None);
            return images.Any(image => image.Length == 0) ? null : images;
        }
        catch (WorkerGaveUpException)
        {
            return null;
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Has pages taken out of a PDF, in turn with other instances.</summary>
    /// <param name="instanceId">Whose content it is.</param>
    /// <param name="open">Opens the content when it is its turn.</param>
    /// <param name="extract">Has the pages taken out.</param>
    /// <param name="patience">Ends the waiting for a turn; what is under way goes on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WorkerUnavailableException">No worker can be started.</exception>
    /// <exception cref="WorkerGaveUpException">The content needs more time or memory than it may have, or ended the worker.</exception>
    public async Task<T> ExtractAsync<T>(
        string instanceId, Func<CancellationToken, Task<Stream>> open, Func<WorkerProcess, Stream, CancellationToken, Task<T>> extract,
        CancellationToken patience, CancellationToken cancellationToken)
    {
        await _gate.EnterAsync(instanceId, isUrgent: true, patience);
        try
        {
            await using var content = await open(cancellationToken);
            return await UseAsync(instanceId, (worker, token) => extract(worker, content, token), cancellationToken);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Ends all workers.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            while (_idle.TryPop(out var worker))
                worker.Dispose();
        }

        _cleaning.Dispose();
    }

    private async Task<T> UseAsync<T>(
        string instanceId, Func<WorkerProcess, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var worker = await TakeAsync(either.Token);
        try
        {
            var result = await use(worker, either.Token);
            GiveBack(worker);
            return result;
        }
        catch (Exception failure) when (worker.HasContent && !cancellationToken.IsCancellationRequested
            && failure is (IOException or OperationCanceledException))
        {
            worker.Dispose();
            LogGivenUp(instanceId, failure.Message);
            throw new WorkerGaveUpException(failure);
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    private async Task<WorkerProcess> TakeAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_idle.TryPop(out var known))
                return known;
        }

        try
        {
            return await WorkerProcess.StartAsync(_options, cancellationToken);
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or OperationCanceledException)
        {
            throw new WorkerUnavailableException(failure);
        }
    }

    private void GiveBack(WorkerProcess worker)
    {
        worker.LastUsed = _time.GetTimestamp();
        lock (_lock)
        {
            if (!_disposed && worker.Uses < MaxUses)
            {
                _idle.Push(worker);
                _cleaning.Change(_options.IdleTime, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        worker.Dispose();
    }

    private void EndIdle()
    {
        lock (_lock)
        {
            var kept = _idle.Where(worker => _time.GetElapsedTime(worker.LastUsed) < _options.IdleTime).Reverse().ToList();
            foreach (var worker in _idle.Except(kept))
                worker.Dispose();
            _idle.Clear();
            foreach (var worker in kept)
                _idle.Push(worker);
            if (kept.Count > 0 && !_disposed)
                _cleaning.Change(_options.IdleTime, Timeout.InfiniteTimeSpan);
        }
    }

    [LoggerMessage(1101, LogLevel.Information, "A file of {InstanceId} has no thumbnails or pages, its worker was ended: {Reason}")]
    private partial void LogGivenUp(string instanceId, string reason);
}

/// <summary>No worker can be started.</summary>
internal sealed class WorkerUnavailableException(Exception inner)
    : Exception("The program that makes thumbnails cannot be started.", inner);

/// <summary>A content needed more time or memory than it may have, or ended its worker.</summary>
internal sealed class WorkerGaveUpException(Exception inner) : Exception("The worker was ended.", inner);
