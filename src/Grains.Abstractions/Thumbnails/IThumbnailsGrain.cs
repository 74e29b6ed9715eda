using Orleans.Concurrency;

namespace Cozy.Grains.Thumbnails;

/// <summary>
/// Has the thumbnails of an instance's images and PDFs made, one file after the other. The key is the instance's id.
/// What waits is in memory alone: a thumbnail that a crash left out is made when it is asked for.
/// </summary>
[Alias("cozy.IThumbnailsGrain")]
public interface IThumbnailsGrain : IGrainWithStringKey
{
    /// <summary>Has the thumbnails of a file made in the background; of a file that can have none, does nothing.</summary>
    [AlwaysInterleave, Alias("Enqueue")]
    ValueTask EnqueueAsync(string fileId);

    /// <summary>
    /// Has the thumbnails of a file made now, ahead of those in the background, and answers when that is over. Whether
    /// it succeeded shows in the store.
    /// </summary>
    [AlwaysInterleave, Alias("Ensure")]
    Task EnsureAsync(string fileId);
}
