using Cozy.Web.Errors;

namespace Cozy.Web.Files;

/// <summary>Absolute paths as clients give them.</summary>
internal static class FilePaths
{
    /// <summary>The path without <c>.</c>, <c>..</c>, double slashes and a slash at its end.</summary>
    /// <exception cref="ApiException">400: not absolute.</exception>
    public static string Clean(string? path)
    {
        if (path is not ['/', ..])
            throw ApiException.BadRequest("Path should be absolute");

        var names = new List<string>();
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == "..")
                names.RemoveRange(Math.Max(names.Count - 1, 0), Math.Min(names.Count, 1));
            else if (name != ".")
                names.Add(name);
        }

        return "/" + string.Join('/', names);
    }

    /// <summary>The path of the folder a path is in; the root's is the root.</summary>
    public static string ParentOf(string path) => path[..Math.Max(path.LastIndexOf('/'), 1)];
}
