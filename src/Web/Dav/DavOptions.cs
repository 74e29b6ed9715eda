namespace Cozy.Web.Dav;

/// <summary>Settings of WebDAV (configuration section <c>Web:Dav</c>).</summary>
public sealed class DavOptions
{
    /// <summary>Largest XML body of a request, in bytes.</summary>
    public int MaxXmlBytes { get; set; } = 256 * 1024;

    /// <summary>Most bytes of the properties that clients set on one file or folder.</summary>
    public int MaxPropertyBytes { get; set; } = 64 * 1024;

    /// <summary>Most locks that one instance may have.</summary>
    public int MaxLocks { get; set; } = 1000;

    /// <summary>Longest time a lock lasts without being refreshed; also that of a client that names none.</summary>
    public TimeSpan MaxLockTime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Most files and folders that one COPY of a folder makes.</summary>
    public int MaxCopyEntries { get; set; } = 10_000;

    internal bool IsValid =>
        this is { MaxXmlBytes: > 0, MaxPropertyBytes: > 0, MaxLocks: > 0, MaxCopyEntries: > 0 } && MaxLockTime > TimeSpan.Zero;
}
