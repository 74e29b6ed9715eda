using Orleans.Concurrency;

namespace Cozy.Grains.Files;

/// <summary>
/// Keeps, for ten minutes, what a client prepared for a later request: the metadata of an upload, the list of an archive.
/// The key is the instance's id. It is memory alone: after the death of a silo a client prepares again.
/// </summary>
[Alias("cozy.IFileTicketsGrain")]
public interface IFileTicketsGrain : IGrainWithStringKey
{
    /// <summary>Keeps a JSON value.</summary>
    /// <param name="kind">What it is for; only asking for the same kind finds it.</param>
    /// <param name="json">The value.</param>
    /// <returns>The secret to ask for it with.</returns>
    /// <exception cref="Errors.CozyException">TooManyRequests: too much is kept already.</exception>
    [Alias("Keep")]
    Task<string> KeepAsync(string kind, ReadOnlyMemory<byte> json);

    /// <summary>What is kept under a secret; null when there is nothing, or not any more.</summary>
    [Alias("Find")]
    Task<ReadOnlyMemory<byte>?> FindAsync(string kind, string secret);
}
