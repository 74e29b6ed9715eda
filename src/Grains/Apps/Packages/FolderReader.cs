namespace Cozy.Grains.Apps.Packages;

/// <summary>Reads the files of a folder on this machine. Links and hidden folders are left out.</summary>
internal static class FolderReader
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device | FileAttributes.Hidden,
        IgnoreInaccessible = false,
    };

    /// <summary>Adds the files of a folder to a package.</summary>
    /// <exception cref="Errors.CozyException">NotFound: there is no such folder; BadRequest: a limit is exceeded.</exception>
    public static void Read(string folder, PackageSpool package, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            throw AppErrors.NotReachable();

        foreach (var path in Directory.EnumerateFiles(folder, "*", Everything))
        {
            using var content = File.OpenRead(path);
            package.Add(Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), content, cancellationToken);
        }
    }
}
