using Cozy.Grains.Alarms;
using Orleans.Concurrency;

namespace Cozy.Grains.Instances;

/// <summary>
/// Owns one instance's document (in <c>global/instances</c>): creates, changes and destroys the instance. The key is
/// the instance's id.
/// </summary>
[Alias("cozy.IInstanceGrain")]
public interface IInstanceGrain : IGrainWithStringKey, ISleeperGrain
{
    /// <summary>The instance as it is; null when it does not exist or is being destroyed.</summary>
    [AlwaysInterleave, Alias("Get")]
    ValueTask<Instance?> GetAsync();

    /// <summary>
    /// Creates the instance with its secrets, its settings and its first folders. An attempt that died half-way is
    /// finished by repeating it.
    /// </summary>
    /// <exception cref="Errors.CozyException">Conflict: it exists; Invalid: a value is not acceptable.</exception>
    [Alias("Create")]
    Task<Instance> CreateAsync(NewInstance request);

    /// <summary>Changes what the patch sets and leaves the rest.</summary>
    /// <exception cref="Errors.CozyException">NotFound; Conflict: an alias is taken; Invalid.</exception>
    [Alias("Modify")]
    Task<Instance> ModifyAsync(InstancePatch patch);

    /// <summary>Sets the instance's feature flags that the patch, a JSON object, names; null removes one.</summary>
    /// <exception cref="Errors.CozyException">NotFound; BadRequest: no object.</exception>
    [Alias("PatchFlags")]
    Task<Instance> PatchFlagsAsync(ReadOnlyMemory<byte> patch);

    /// <summary>
    /// Stores the hash of the owner's passphrase and finishes the onboarding; called by the Auth grain, which checked
    /// that it may. Replacing one makes a new session secret, so that no cookie and no app's token is good any longer.
    /// </summary>
    /// <exception cref="Errors.CozyException">Forbidden: the reset token is no longer the one that was checked.</exception>
    [Alias("ReplacePassphrase")]
    Task<Instance> ReplacePassphraseAsync(PassphraseReplacement replacement);

    /// <summary>Keeps the hash of the token of a link that lets the owner choose a new passphrase.</summary>
    /// <param name="tokenHash">SHA-256 of the token.</param>
    /// <param name="until">When it ends.</param>
    [Alias("SetResetToken")]
    Task SetResetTokenAsync(ReadOnlyMemory<byte> tokenHash, DateTimeOffset until);

    /// <summary>
    /// Tells that the owner's settings (<c>io.cozy.settings</c>) were changed by somebody else, so that they are read
    /// again.
    /// </summary>
    [OneWay, AlwaysInterleave, Alias("SettingsChanged")]
    Task SettingsChangedAsync();

    /// <summary>
    /// Destroys the instance with all its documents and files. What is interrupted after the instance disappeared finishes by
    /// itself, within a minute after a silo runs again.
    /// </summary>
    /// <exception cref="Errors.CozyException">NotFound.</exception>
    [ResponseTimeout("00:10:00"), Alias("Destroy")]
    Task DestroyAsync();

    /// <summary>Goes on with a destruction that was interrupted; does nothing to any other instance.</summary>
    [ResponseTimeout("00:10:00"), Alias("FinishDestroying")]
    Task FinishDestroyingAsync();
}

/// <summary>Lists the instances of the farm. The key is 0.</summary>
[Alias("cozy.IInstanceDirectoryGrain")]
public interface IInstanceDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>A page of instances in the order of their ids; without the owners' settings, which need a look into each.</summary>
    /// <param name="limit">At most so many; at most 1,000.</param>
    /// <param name="after">The id of the last instance of the page before; null for the first page.</param>
    [Alias("List")]
    Task<InstancePage> ListAsync(int limit, string? after);

    /// <summary>How many instances there are.</summary>
    [Alias("Count")]
    Task<long> CountAsync();
}
