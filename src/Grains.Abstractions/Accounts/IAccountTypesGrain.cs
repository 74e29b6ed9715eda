using Orleans.Concurrency;

namespace Cozy.Grains.Accounts;

/// <summary>
/// The kinds of accounts that the operator has described, for all instances (<c>secrets/io-cozy-account_types</c>). The key
/// is 0. Secrets are sealed at rest; those that cozy-stack left readable are understood.
/// </summary>
[Alias("cozy.IAccountTypesGrain")]
public interface IAccountTypesGrain : IGrainWithIntegerKey
{
    /// <summary>The kind of that name: a context may have one of its own, which comes first. Null when there is none.</summary>
    [AlwaysInterleave, Alias("Find")]
    Task<AccountType?> FindAsync(string? context, string name);

    /// <summary>
    /// What the operator has for a connector besides what the owner knows (<c>secret</c>): that of the one kind whose
    /// <c>slug</c> is the connector's, if connectors of its kind are given it. A context's own kind comes before the general one
    /// of that name. Empty for nothing, and when several kinds would have something.
    /// </summary>
    [AlwaysInterleave, Alias("FindSecret")]
    Task<ReadOnlyMemory<byte>> FindSecretAsync(string? context, string connector);

    /// <summary>All of them as JSON objects, in the order of their ids and without their secrets.</summary>
    [AlwaysInterleave, Alias("List")]
    Task<IReadOnlyList<ReadOnlyMemory<byte>>> ListAsync();

    /// <summary>Writes one; what was there is replaced.</summary>
    /// <param name="id">Its name, or <c>context/name</c>.</param>
    /// <param name="description">A JSON object.</param>
    /// <returns>It as <see cref="ListAsync"/> shows it.</returns>
    /// <exception cref="Errors.CozyException">BadRequest: it cannot be used so; Conflict: somebody else wrote it meanwhile.</exception>
    [AlwaysInterleave, Alias("Save")]
    Task<ReadOnlyMemory<byte>> SaveAsync(string id, ReadOnlyMemory<byte> description);

    /// <summary>Removes one; false when there is none.</summary>
    [AlwaysInterleave, Alias("Delete")]
    Task<bool> DeleteAsync(string id);
}
