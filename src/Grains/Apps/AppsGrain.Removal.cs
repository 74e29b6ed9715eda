using Cozy.Grains.Errors;

namespace Cozy.Grains.Apps;

/// <summary>How apps go. A connector clears away what it has at the services of its accounts first, for which it must be there.</summary>
internal sealed partial class AppsGrain
{
    private async Task RemoveAsync(InstalledApp app)
    {
        // Its permissions first: what is left of an app after a crash may do nothing.
        await _permissions.TakeAsync(app.Kind, app.Slug);
        foreach (var follower in _followers)
            await follower.RemovedAsync(InstanceId, app);
        await _documents.DeleteAsync(app);
    }

    /// <summary>Writes down that a connector is to go, so that another activation goes on with it, and begins.</summary>
    private async Task<InstalledApp> LeaveAsync(InstalledApp connector)
    {
        var leaving = connector.IsLeaving ? connector : await _documents.WriteAsync(
            connector.Kind, connector.Slug, connector,
            AppDocument.Rewrite(connector.Members, AppDocument.ReadFacts(connector.Members) with { IsLeaving = true }));
        if (!_operations.IsBusy(connector.Kind, connector.Slug))
            BeginToLeave(leaving);
        return leaving;
    }

    private void BeginToLeave(InstalledApp connector)
    {
        var operation = new AppOperation { Id = Guid.NewGuid().ToString("N"), Kind = connector.Kind, Slug = connector.Slug };
        _operations.Begin(operation);
        _ = RunRemovalAsync(operation, connector);
    }

    private async Task RunRemovalAsync(AppOperation operation, InstalledApp connector)
    {
        try
        {
            await _accounts.RemoveAsync(InstanceId, connector, _stopped);
            if (await _documents.FindAsync(connector.Kind, connector.Slug) is { } current)
                await RemoveAsync(current);
            _operations.Report(operation.Id, connector, hasEnded: true);
        }
        catch (OperationCanceledException)
        {
            // The grain goes; its next activation finds the document and goes on.
        }
        catch (Exception failure)
        {
            var understood = Understand(failure);
            LogNotRemoved(operation.Slug, InstanceId, understood.Message);
            _operations.Report(operation.Id, connector, hasEnded: true, understood);
        }
    }
}
