using Cozy.Grains.Alarms;
using Cozy.Grains.Errors;
using Cozy.Storage.Documents;
using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Instances;

/// <summary>
/// Destroying: an alarm is set, the instance's document is marked, all it has is erased, its names are given back, and the
/// document and the alarm go. From the mark on the instance is gone for everybody; the alarm finishes what a crash interrupts.
/// </summary>
internal sealed partial class InstanceGrain
{
    /// <summary>When somebody looks whether it was finished; and from then on every <see cref="AlarmsOptions.Interval"/>.</summary>
    private static readonly TimeSpan LookAfter = TimeSpan.FromMinutes(1);

    private bool _isDestroying;

    public async Task DestroyAsync()
    {
        if (await _document.GetAsync() is not { Deleted: false } document)
            throw CozyException.NotFound("The instance does not exist.");

        _isDestroying = true;
        try
        {
            // Before the mark: an instance that is marked and has no alarm would stay half destroyed.
            await SetAlarmAsync(_time.GetUtcNow() + LookAfter);
            var instance = InstanceDocument.Read(document, settings: null);
            if (!InstanceDocument.IsDeleting(document))
                await WriteAsync(instance, document, deleting: true);

            await _eraser.EraseAsync(Id);
            await ReleaseAsync([instance.Domain, .. instance.DomainAliases]);
            await EditAsync(new DocumentEdit(
                Id, (await _document.GetAsync())!.Revision, Deleted: true, ReadOnlyMemory<byte>.Empty));
            await SetAlarmAsync(null);
        }
        finally
        {
            _isDestroying = false;
        }
    }

    public async Task FinishDestroyingAsync()
    {
        if (await _document.GetAsync() is { Deleted: false } document && InstanceDocument.IsDeleting(document))
        {
            await DestroyAsync();
            LogFinished(Id);
        }
        else
        {
            await SetAlarmAsync(null);
        }
    }

    /// <summary>Nobody waits for the end of it: erasing much takes long, and the alarm rings again.</summary>
    public Task WakeUpAsync()
    {
        if (!_isDestroying)
            _ = FinishInTurnAsync();
        return Task.CompletedTask;
    }

    // As a call of its own, so that it waits for what the instance is doing now.
    private async Task FinishInTurnAsync()
    {
        try
        {
            await this.AsReference<IInstanceGrain>().FinishDestroyingAsync();
        }
        catch (Exception failure)
        {
            LogUnfinished(failure, Id);
        }
    }

    private Task SetAlarmAsync(DateTimeOffset? at) => GrainFactory.GetGrain<IAlarmsGrain>(0).SetAsync(this.GetGrainId(), at);

    [LoggerMessage(1371, LogLevel.Information, "The instance {InstanceId}, whose destruction was interrupted, is destroyed")]
    private partial void LogFinished(string instanceId);

    [LoggerMessage(1372, LogLevel.Error, "The instance {InstanceId} is destroyed in part; that is tried again")]
    private partial void LogUnfinished(Exception failure, string instanceId);
}
