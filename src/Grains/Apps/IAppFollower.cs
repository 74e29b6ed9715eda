namespace Cozy.Grains.Apps;

/// <summary>
/// What another capability does when the apps of an instance change, such as keeping the triggers of a manifest's
/// <c>services</c>. Registered as a service; each method may be called again after a crash, with the same app.
/// </summary>
internal interface IAppFollower
{
    /// <summary>An app was installed or updated; its document says so once this returns.</summary>
    Task ReadyAsync(string instanceId, InstalledApp app);

    /// <summary>An app is about to be removed: its permissions are gone already.</summary>
    Task RemovedAsync(string instanceId, InstalledApp app);
}
