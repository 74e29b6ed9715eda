using Orleans.Concurrency;

namespace Cozy.Grains.Dav;

/// <summary>
/// Keeps the WebDAV locks of an instance, which is its key. They are durable before they are granted: who has a document open
/// while the server is restarted can still save it.
/// </summary>
[Alias("cozy.IDavLocksGrain")]
public interface IDavLocksGrain : IGrainWithStringKey
{
    /// <summary>The locks that cover a path, and with <paramref name="below"/> those on what is below it.</summary>
    [Alias("Find")]
    ValueTask<IReadOnlyList<DavLock>> FindAsync(string path, bool below);

    /// <summary>Grants a lock. Its token is the caller's choice, so that repeating the call does nothing.</summary>
    /// <exception cref="Errors.CozyException">
    /// Conflict (code <c>locked</c>): another lock excludes it; TooManyRequests: the instance has too many.
    /// </exception>
    [Alias("Lock")]
    ValueTask<DavLock> LockAsync(DavLockRequest request);

    /// <summary>Starts the time of the lock anew that covers the path and has one of the tokens; null when none has.</summary>
    [Alias("Refresh")]
    ValueTask<DavLock?> RefreshAsync(string path, IReadOnlyList<string> tokens, TimeSpan timeout);

    /// <summary>Ends the lock that covers the path and has the token; false when there is none.</summary>
    [Alias("Unlock")]
    ValueTask<bool> UnlockAsync(string path, string token);

    /// <summary>Ends the locks on what was removed or moved away: the path and all below it.</summary>
    [Alias("Drop")]
    ValueTask DropAsync(string path);
}

/// <summary>A lock that is held.</summary>
/// <param name="Token">Its token, a URI.</param>
/// <param name="Path">The path it was asked for; <c>/</c> for all.</param>
/// <param name="IsExclusive">Whether it excludes shared locks too.</param>
/// <param name="IsDeep">Whether it covers what is below the path.</param>
/// <param name="Owner">What the client says of its holder: XML or empty.</param>
/// <param name="Timeout">How long it lasts without being refreshed.</param>
/// <param name="ExpiresAt">When it ends.</param>
[GenerateSerializer, Immutable, Alias("cozy.DavLock")]
public sealed record DavLock(
    [property: Id(0)] string Token,
    [property: Id(1)] string Path,
    [property: Id(2)] bool IsExclusive,
    [property: Id(3)] bool IsDeep,
    [property: Id(4)] string Owner,
    [property: Id(5)] TimeSpan Timeout,
    [property: Id(6)] DateTimeOffset ExpiresAt)
{
    /// <summary>Whether the lock protects what is at a path.</summary>
    public bool Covers(string path) => Path == path || (IsDeep && IsBelow(path, Path));

    /// <summary>Whether a path is below another.</summary>
    public static bool IsBelow(string path, string above) =>
        above == "/"
            ? path.Length > 1
            : path.Length > above.Length && path[above.Length] == '/' && path.StartsWith(above, StringComparison.Ordinal);
}

/// <summary>A lock that is asked for; members as in <see cref="DavLock"/>.</summary>
/// <param name="Token">The token it is to have.</param>
/// <param name="Path">What it is for.</param>
/// <param name="IsExclusive">Whether it excludes shared locks too.</param>
/// <param name="IsDeep">Whether it covers what is below the path.</param>
/// <param name="Owner">What the client says of its holder.</param>
/// <param name="Timeout">How long it is to last.</param>
/// <param name="MaxLocks">Most locks the instance may have.</param>
[GenerateSerializer, Immutable, Alias("cozy.DavLockRequest")]
public sealed record DavLockRequest(
    [property: Id(0)] string Token,
    [property: Id(1)] string Path,
    [property: Id(2)] bool IsExclusive,
    [property: Id(3)] bool IsDeep,
    [property: Id(4)] string Owner,
    [property: Id(5)] TimeSpan Timeout,
    [property: Id(6)] int MaxLocks);
