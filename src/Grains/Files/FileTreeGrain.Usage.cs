using Cozy.Grains.Errors;
using Cozy.Grains.Notifications;
using Microsoft.Extensions.Logging;

namespace Cozy.Grains.Files;

/// <summary>Sees to it that the owner is told before there is no room left.</summary>
internal sealed partial class FileTreeGrain
{
    /// <summary>The share of the quota from which on the owner is told.</summary>
    private const double NearlyFull = 0.9;

    /// <summary>What the owner knows; null as long as this activation has not seen to it.</summary>
    private bool? _isKnownNearlyFull;

    /// <summary>
    /// Tells when the files have come to take most of the quota, and when they no longer do. Not awaited by who changes
    /// files; what fails, or dies with the silo, is done at the next change.
    /// </summary>
    private async Task WatchUsageAsync()
    {
        try
        {
            var quota = await QuotaAsync();
            if (quota == 0 && _isKnownNearlyFull is not true)
                return;
            var isNearlyFull = quota > 0 && (await CurrentTreeAsync()).UsedBytes > quota * NearlyFull;
            if (_isKnownNearlyFull == isNearlyFull)
                return;
            _isKnownNearlyFull = isNearlyFull;
            await GrainFactory.GetGrain<INotificationsGrain>(InstanceId).TellOfDiskUsageAsync(isNearlyFull);
        }
        catch (Exception failure) when (failure is CozyException or TimeoutException or OrleansException)
        {
            _isKnownNearlyFull = null;
            LogUsageUntold(failure, InstanceId);
        }
    }

    [LoggerMessage(1005, LogLevel.Warning, "The owner of {InstanceId} could not be told how full it is; it is tried again at the next change")]
    private partial void LogUsageUntold(Exception failure, string instanceId);
}
