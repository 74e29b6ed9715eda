using Cozy.Grains.Apps.Sources;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Blobs;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Apps;

/// <summary>The steps of an installation and of an update. Each can be done again after a crash.</summary>
internal sealed partial class AppsGrain
{
    private async Task RunAsync(AppOperation operation, Uri source, InstalledApp? current)
    {
        var app = current;
        try
        {
            if (source.Scheme == DevelopedApp.Scheme)
            {
                app = await DevelopAsync(operation, source, current);
                _operations.Report(operation.Id, app, hasEnded: true);
                return;
            }

            var context = (await InstanceAsync())?.ContextName;
            using var fetched = await _sources.Fetcher.FetchAsync(operation.Kind, source, context, _stopped);
            var manifest = AppManifest.Parse(operation.Kind, fetched.Manifest);
            var isTrusted = operation.PermissionsAcked || _sources.IsTrusted(source, context);
            if (operation.IsUpdate && !await NeedsUpdateAsync(operation, manifest, fetched, current!, isTrusted))
                return;

            app = await AnnounceAsync(operation, source, manifest, current);
            _operations.Report(operation.Id, app);

            // Compressing computes for seconds: it has no place on a grain's turn.
            await Task.Run(() => _packages.KeepAsync(fetched.Id, fetched.Files, _stopped), _stopped);
            await _permissions.GiveAsync(operation.Kind, operation.Slug, manifest.Permissions, current);
            app = await FinishAsync(operation, manifest, fetched.Id, app);
            _operations.Report(operation.Id, app, hasEnded: true);
        }
        catch (OperationCanceledException)
        {
            // The grain goes; its next activation finds the document and goes on.
        }
        catch (Exception failure)
        {
            await FailAsync(operation, app, Understand(failure));
        }
    }

    /// <summary>
    /// Whether to go on with an update. Not if nothing is new, and not if it asks for more than the owner has allowed:
    /// then the document says that a version is available.
    /// </summary>
    private async Task<bool> NeedsUpdateAsync(
        AppOperation operation, AppManifest manifest, FetchedPackage fetched, InstalledApp current, bool isTrusted)
    {
        if (fetched.Id == current.PackageId && current.State is AppStates.Ready or AppStates.Installed)
        {
            _operations.Report(operation.Id, current, hasEnded: true);
            return false;
        }

        if (isTrusted || await _permissions.CoverAsync(operation.Kind, operation.Slug, manifest.Permissions))
            return true;

        var facts = AppDocument.ReadFacts(current.Members) with { AvailableVersion = manifest.Version };
        var app = await RewriteAsync(operation, current, facts);
        _operations.Report(operation.Id, app, hasEnded: true);
        return false;
    }

    /// <summary>Writes down what is being done. While an app is updated, its old manifest and files stay in use.</summary>
    private Task<InstalledApp> AnnounceAsync(AppOperation operation, Uri source, AppManifest manifest, InstalledApp? current)
    {
        var now = _time.GetUtcNow();
        if (operation.IsUpdate)
        {
            return RewriteAsync(operation, current!, AppDocument.ReadFacts(current!.Members) with
            {
                State = AppStates.Upgrading,
                Source = operation.Source ?? current.Source,
                UpdatedAt = now,
                Error = null,
            });
        }

        var facts = new AppFacts
        {
            Slug = operation.Slug,
            Source = operation.Source ?? current?.Source ?? source.OriginalString,
            State = AppStates.Installing,
            CreatedAt = now,
            UpdatedAt = now,
            Parameters = operation.Parameters,
        };
        return _documents.WriteAsync(operation.Kind, operation.Slug, current, AppDocument.Write(manifest, facts));
    }

    private async Task<InstalledApp> FinishAsync(
        AppOperation operation, AppManifest manifest, string packageId, InstalledApp app)
    {
        var before = AppDocument.ReadFacts(app.Members);
        var facts = before with
        {
            State = operation.Deactivated ? AppStates.Installed : AppStates.Ready,
            PackageId = packageId,
            AvailableVersion = null,
            UpdatedAt = _time.GetUtcNow(),
            Error = null,
            Parameters = operation.Parameters.IsEmpty ? before.Parameters : operation.Parameters,
        };
        var members = AppDocument.Write(manifest, facts);

        // Before the document says that it is done, so that a crash has it done again.
        await TellAsync(app with { Members = members, PackageId = packageId, State = facts.State });
        return await _documents.WriteAsync(operation.Kind, operation.Slug, app, members);
    }

    /// <summary>An app that is being developed: only its manifest is read, its files are served from the folder as they are.</summary>
    private async Task<InstalledApp> DevelopAsync(AppOperation operation, Uri source, InstalledApp? current)
    {
        var manifest = await Task.Run(() => DevelopedApp.ReadManifest(operation.Kind, source));
        await _permissions.GiveAsync(operation.Kind, operation.Slug, manifest.Permissions, current);
        var now = _time.GetUtcNow();
        var facts = new AppFacts
        {
            Slug = operation.Slug,
            Source = source.OriginalString,
            State = AppStates.Ready,
            CreatedAt = current is null ? now : AppDocument.ReadFacts(current.Members).CreatedAt,
            UpdatedAt = now,
            Parameters = operation.Parameters,
        };
        var members = AppDocument.Write(manifest, facts);
        await TellAsync(AppDocument.Read(operation.Kind, operation.Kind.DocumentId(operation.Slug), "", members)!);
        return await _documents.WriteAsync(operation.Kind, operation.Slug, current, members);
    }

    private async Task TellAsync(InstalledApp app)
    {
        foreach (var follower in _followers)
            await follower.ReadyAsync(InstanceId, app);
    }

    /// <summary>An app that could not be updated goes on as it was; one that could not be installed says why.</summary>
    private async Task FailAsync(AppOperation operation, InstalledApp? app, CozyException failure)
    {
        LogFailed(operation.Slug, InstanceId, failure.Message);
        try
        {
            if (app?.State is AppStates.Installing or AppStates.Upgrading)
            {
                var facts = AppDocument.ReadFacts(app.Members);
                app = await RewriteAsync(operation, app, facts with
                {
                    State = facts.PackageId is null ? AppStates.Errored : AppStates.Ready,
                    Error = failure.Message,
                });
            }
        }
        catch (CozyException unwritten)
        {
            LogFailed(operation.Slug, InstanceId, unwritten.Message);
        }

        _operations.Report(operation.Id, app, hasEnded: true, failure);
    }

    private Task<InstalledApp> RewriteAsync(AppOperation operation, InstalledApp app, AppFacts facts) =>
        _documents.WriteAsync(operation.Kind, operation.Slug, app, AppDocument.Rewrite(app.Members, facts));

    private CozyException Understand(Exception failure)
    {
        switch (failure)
        {
            case CozyException known:
                return known;
            case DocumentStoreException store:
                return store.ToCozyException();
            case BlobStoreException blob:
                return blob.ToCozyException();
            default:
                LogDefect(failure, InstanceId);
                return new CozyException(ErrorKind.Unavailable, "unavailable", "The server met an error it did not expect.");
        }
    }
}
