using Cozy.Grains.Dav;
using Cozy.Web.Files;
using Microsoft.AspNetCore.Http;

namespace Cozy.Web.Dav;

/// <summary>What a request is about to change, for the locks on it.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="IsMembership">It comes into being or goes away, which changes the folder it is in.</param>
/// <param name="IsDeep">What is below it changes too.</param>
internal readonly record struct DavChange(string Path, bool IsMembership = false, bool IsDeep = false);

/// <summary>
/// Compares the <c>If</c> header with what there is, and sees that the token of each lock in the way of a change was sent.
/// </summary>
/// <remarks>
/// Locks bind the clients of WebDAV among each other. A lock that is granted between this look and the change does not
/// stop it; what is overwritten is kept as an old version.
/// </remarks>
internal sealed class DavConditions(DavTree tree)
{
    /// <summary>Fails unless the request's conditions hold and no lock is in the way.</summary>
    /// <exception cref="Errors.ApiException">400, 412, 423.</exception>
    public async Task RequireAsync(HttpContext context, params DavChange[] changes)
    {
        var header = context.Request.Headers["If"].ToString();
        IReadOnlyList<IfList> lists = header.Length == 0 ? [] : IfHeader.Parse(header);
        if (lists.Count > 0 && !await HoldsAsync(context, lists))
            throw DavErrors.PreconditionFailed("The conditions of the If header do not hold.");

        var tokens = lists.SelectMany(list => list.Conditions)
            .Where(condition => condition is { IsNegated: false, Token: not null })
            .Select(condition => condition.Token!)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            RequireTokens(await FindAsync(context, change.Path, change.IsDeep), tokens);
            if (change.IsMembership)
                RequireTokens(await FindAsync(context, FilePaths.ParentOf(change.Path), below: false), tokens);
        }
    }

    private static void RequireTokens(IReadOnlyList<DavLock> locks, HashSet<string> tokens)
    {
        // Of the shared locks of one place any token will do.
        foreach (var samePlace in locks.GroupBy(held => held.Path))
        {
            if (!samePlace.Any(held => tokens.Contains(held.Token)))
                throw DavErrors.Locked(DavPath.Href(samePlace.Key, isDirectory: false));
        }
    }

    private async Task<bool> HoldsAsync(HttpContext context, IReadOnlyList<IfList> lists)
    {
        foreach (var list in lists)
        {
            var path = list.Address is null ? DavPath.Of(context) : DavPath.FromAddress(context, list.Address);
            if (await HoldsAsync(context, path, list.Conditions))
                return true;
        }

        return false;
    }

    private async Task<bool> HoldsAsync(HttpContext context, string? path, IReadOnlyList<IfCondition> conditions)
    {
        var locks = path is null ? [] : await FindAsync(context, path, below: false);
        string? etag = null;
        if (path is not null && conditions.Any(condition => condition.ETag is not null)
            && await tree.FindAsync(context, path) is { IsDirectory: false } entry)
        {
            etag = StoredFile.From(entry).ETag.ToString();
        }

        return conditions.All(condition => condition.IsNegated != (condition.Token is { } token
            ? locks.Any(held => held.Token == token)
            : etag is not null && condition.ETag == etag));
    }

    private ValueTask<IReadOnlyList<DavLock>> FindAsync(HttpContext context, string path, bool below) =>
        tree.LocksOf(context).FindAsync(path, below);
}
