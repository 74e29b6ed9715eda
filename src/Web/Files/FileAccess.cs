using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Json;

namespace Cozy.Web.Files;

/// <summary>
/// Permissions on files and folders: a rule on a folder, by its id or by one of its fields, covers all that is below
/// it. Only rules by <c>mime</c> and <c>class</c> look at the file alone. What is in the trash is out of reach for who may
/// only see some files.
/// </summary>
internal static class FileAccess
{
    /// <summary>Fails unless the verb is allowed on this file or folder.</summary>
    /// <exception cref="ApiException">403.</exception>
    public static ValueTask RequireAsync(Caller caller, Verbs verb, IFileTreeGrain tree, FileEntry entry)
    {
        if (caller.Permissions.AllowsAll(verb, WellKnownFiles.Doctype))
            return ValueTask.CompletedTask;
        if (IsInTrash(entry.Path) && !caller.Permissions.AllowsId(verb, WellKnownFiles.Doctype, WellKnownFiles.TrashId))
            throw ApiException.Forbidden();
        return caller.Allows(verb, WellKnownFiles.Doctype, entry.Id, entry.Members)
            ? ValueTask.CompletedTask
            : RequireAboveAsync(caller, verb, tree, entry.Id);
    }

    /// <summary>Fails unless the verb is allowed on what is about to be put into a folder.</summary>
    /// <param name="caller">Who puts it there.</param>
    /// <param name="verb">What is done.</param>
    /// <param name="tree">The instance's tree.</param>
    /// <param name="parentId">The folder.</param>
    /// <param name="fieldValues">What the new document will have in a field; null for nothing that is known.</param>
    /// <exception cref="ApiException">403.</exception>
    public static async ValueTask RequireNewAsync(
        Caller caller, Verbs verb, IFileTreeGrain tree, string parentId, Func<string, IEnumerable<string>>? fieldValues = null)
    {
        if (caller.Permissions.AllowsAll(verb, WellKnownFiles.Doctype)
            || (fieldValues is not null && caller.Permissions.AllowsBySelector(verb, WellKnownFiles.Doctype, fieldValues)))
        {
            return;
        }

        if (await tree.FindByIdAsync(parentId) is not { IsDirectory: true } parent)
            throw ApiException.Forbidden();
        await RequireFolderAsync(caller, verb, tree, parent);
    }

    /// <summary>Fails unless the verb is allowed on what is about to be made at a path: the nearest folder decides.</summary>
    /// <exception cref="ApiException">403.</exception>
    public static async ValueTask RequirePathAsync(Caller caller, Verbs verb, IFileTreeGrain tree, string path)
    {
        if (caller.Permissions.AllowsAll(verb, WellKnownFiles.Doctype))
            return;

        for (var at = path; ; at = FilePaths.ParentOf(at))
        {
            if (await tree.FindByPathAsync(at) is { } entry)
            {
                await RequireAsync(caller, verb, tree, entry);
                return;
            }

            if (at == "/")
                throw ApiException.Forbidden();
        }
    }

    /// <summary>Fails unless the verb is allowed on all files.</summary>
    /// <exception cref="ApiException">403.</exception>
    public static void RequireAll(Caller caller, Verbs verb)
    {
        if (!caller.Permissions.AllowsAll(verb, WellKnownFiles.Doctype))
            throw ApiException.Forbidden();
    }

    private static async ValueTask RequireFolderAsync(Caller caller, Verbs verb, IFileTreeGrain tree, FileEntry folder)
    {
        if (caller.Permissions.AllowsId(verb, WellKnownFiles.Doctype, folder.Id) || AllowsBelow(caller, verb, folder))
            return;
        await RequireAboveAsync(caller, verb, tree, folder.Id);
    }

    private static async ValueTask RequireAboveAsync(Caller caller, Verbs verb, IFileTreeGrain tree, string id)
    {
        if (caller.Permissions.Rules.Any(rule => rule.Values.Count > 0 && rule.Covers(WellKnownFiles.Doctype))
            && (await tree.ListAncestorsAsync(id)).Any(folder =>
                caller.Permissions.AllowsId(verb, WellKnownFiles.Doctype, folder.Id) || AllowsBelow(caller, verb, folder)))
        {
            return;
        }

        throw ApiException.Forbidden();
    }

    private static bool AllowsBelow(Caller caller, Verbs verb, FileEntry folder) =>
        caller.Permissions.AllowsBySelector(verb, WellKnownFiles.Doctype, field => Inherited(folder, field));

    private static bool IsInTrash(string path) =>
        path.StartsWith("/" + WellKnownFiles.TrashName, StringComparison.Ordinal)
        && (path.Length == WellKnownFiles.TrashName.Length + 1 || path[WellKnownFiles.TrashName.Length + 1] == '/');

    private static IReadOnlyList<string> Inherited(FileEntry folder, string field) =>
        field is "mime" or "class" ? [] : JsonMembers.SelectorValues(folder.Members, field);
}
