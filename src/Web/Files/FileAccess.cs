using Cozy.Grains.Files;
using Cozy.Grains.Permissions;
using Cozy.Web.Access;
using Cozy.Web.Errors;
using Cozy.Web.Json;

namespace Cozy.Web.Files;

/// <summary>
/// Permissions on files and folders: a rule on a folder, by its id or by one of its fields, covers all that is below
/// it. Only rules by <c>mime</c> and <c>class</c> look at the file alone.
/// </summary>
internal static class FileAccess
{
    private const int MaximumDepth = 512;

    /// <summary>Fails unless the verb is allowed on this file or folder.</summary>
    /// <exception cref="ApiException">403.</exception>
    public static ValueTask RequireAsync(Caller caller, Verbs verb, IFileTreeGrain tree, FileEntry entry) =>
        caller.Allows(verb, WellKnownFiles.Doctype, entry.Id, entry.Members)
            ? ValueTask.CompletedTask
            : RequireAboveAsync(caller, verb, tree, JsonMembers.Text(entry.Members, "dir_id"));

    /// <summary>Fails unless the verb is allowed on what is about to be put into a folder.</summary>
    /// <param name="caller">Who puts it there.</param>
    /// <param name="verb">What is done.</param>
    /// <param name="tree">The instance's tree.</param>
    /// <param name="parentId">The folder.</param>
    /// <param name="fieldValues">What the new document will have in a field.</param>
    /// <exception cref="ApiException">403.</exception>
    public static ValueTask RequireNewAsync(
        Caller caller, Verbs verb, IFileTreeGrain tree, string parentId, Func<string, IEnumerable<string>> fieldValues) =>
        caller.Permissions.AllowsAll(verb, WellKnownFiles.Doctype)
        || caller.Permissions.AllowsBySelector(verb, WellKnownFiles.Doctype, fieldValues)
            ? ValueTask.CompletedTask
            : RequireAboveAsync(caller, verb, tree, parentId);

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

    private static async ValueTask RequireAboveAsync(Caller caller, Verbs verb, IFileTreeGrain tree, string? folderId)
    {
        var isPartial = caller.Permissions.Rules.Any(rule => rule.Values.Count > 0 && rule.Covers(WellKnownFiles.Doctype));
        for (var depth = 0; isPartial && depth < MaximumDepth && !string.IsNullOrEmpty(folderId); depth++)
        {
            if (caller.Permissions.AllowsId(verb, WellKnownFiles.Doctype, folderId))
                return;
            if (await tree.FindByIdAsync(folderId) is not { } folder)
                break;
            if (caller.Permissions.AllowsBySelector(verb, WellKnownFiles.Doctype, field => Inherited(folder, field)))
                return;
            folderId = JsonMembers.Text(folder.Members, "dir_id");
        }

        throw ApiException.Forbidden();
    }

    private static IReadOnlyList<string> Inherited(FileEntry folder, string field) =>
        field is "mime" or "class" ? [] : JsonMembers.SelectorValues(folder.Members, field);
}
