using Cozy.Grains.Errors;
using Orleans.Concurrency;

namespace Cozy.Grains.Permissions;

/// <summary>
/// Keeps the permission documents of an instance in memory, so that a code or an app is looked up without a query. The
/// key is the instance's id.
/// </summary>
[Alias("cozy.IPermissionsGrain")]
public interface IPermissionsGrain : IGrainWithStringKey
{
    /// <summary>The permissions behind the long form of a code; null when it is unknown or was revoked.</summary>
    /// <exception cref="CozyException">BadRequest: several documents have this code.</exception>
    [AlwaysInterleave, Alias("FindByCode")]
    ValueTask<PermissionDocument?> FindByCodeAsync(string code);

    /// <summary>The permissions behind the short form of a code; null when it is unknown or was revoked.</summary>
    /// <exception cref="CozyException">
    /// BadRequest: several documents have this code. TooManyRequests: too many unknown codes were tried; codes of six
    /// digits are refused for a while, longer ones cannot be guessed and are not.
    /// </exception>
    [AlwaysInterleave, Alias("FindByShortCode")]
    ValueTask<PermissionDocument?> FindByShortCodeAsync(string code);

    /// <summary>The permissions of an app or connector; null when it is not installed.</summary>
    [AlwaysInterleave, Alias("FindBySource")]
    ValueTask<PermissionDocument?> FindBySourceAsync(string type, string sourceId);

    /// <summary>A document by its id.</summary>
    /// <exception cref="CozyException">NotFound; its detail is <c>missing</c> or <c>deleted</c>.</exception>
    [AlwaysInterleave, Alias("Get")]
    ValueTask<PermissionDocument> GetAsync(string id);

    /// <summary>Writes a document, new when it has no revision.</summary>
    /// <param name="document">The document; its password's hash is kept as <paramref name="password"/> says.</param>
    /// <param name="password">A new password for the link, empty to remove it, null to leave it.</param>
    /// <param name="isRetry">The call was made before and its outcome is unknown.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="CozyException">
    /// Conflict: somebody else changed the document, or (code <c>code_taken</c>) another has one of its short codes.
    /// </exception>
    [AlwaysInterleave, Alias("Save")]
    Task<PermissionDocument> SaveAsync(PermissionDocument document, string? password, bool isRetry);

    /// <summary>Deletes a document: its codes are worthless at once. One that is already deleted is no error.</summary>
    /// <exception cref="CozyException">NotFound; Conflict: somebody else changed it.</exception>
    [AlwaysInterleave, Alias("Delete")]
    Task DeleteAsync(string id, bool isRetry);

    /// <summary>
    /// The links whose rules name a doctype, in the order of their ids, starting with the id given; one more than
    /// <paramref name="limit"/> if there are more.
    /// </summary>
    [AlwaysInterleave, Alias("ListLinks")]
    ValueTask<IReadOnlyList<PermissionDocument>> ListLinksAsync(string doctype, string? firstId, int limit);

    /// <summary>Which of the given documents (by doctype and id) some link names, and what links allow on each.</summary>
    [AlwaysInterleave, Alias("FindShared")]
    ValueTask<IReadOnlyList<SharedDocument>> FindSharedAsync(IReadOnlyList<SharedDocument> documents);

    /// <summary>Checks the password of a link.</summary>
    /// <returns>Null when the link has none; else whether it is right.</returns>
    /// <exception cref="CozyException">NotFound; TooManyRequests: too many wrong passwords were tried.</exception>
    [AlwaysInterleave, Alias("CheckPassword")]
    Task<bool?> CheckPasswordAsync(string id, string password);

    /// <summary>Drops what is remembered, because the instance is destroyed or was restored.</summary>
    [AlwaysInterleave, Alias("Forget")]
    Task ForgetAsync();
}

/// <summary>A document that links may name.</summary>
/// <param name="Doctype">Its doctype.</param>
/// <param name="Id">Its id.</param>
/// <param name="Verbs">What links allow on it.</param>
[GenerateSerializer, Immutable, Alias("cozy.SharedDocument")]
public sealed record SharedDocument(
    [property: Id(0)] string Doctype, [property: Id(1)] string Id, [property: Id(2)] Verbs Verbs);
