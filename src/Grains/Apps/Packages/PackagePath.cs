namespace Cozy.Grains.Apps.Packages;

/// <summary>Which paths the files of a package may have.</summary>
internal static class PackagePath
{
    private const int MaxLength = 1024;

    /// <summary>
    /// The path as it is kept: no slash in front, no <c>./</c>. Null for the folder of the package itself.
    /// </summary>
    /// <exception cref="Errors.CozyException">It would lead out of the package, or means different things in different places.</exception>
    public static string? Normalize(string path)
    {
        if (path.Length > MaxLength)
            throw AppErrors.BadPackage($"a path has more than {MaxLength} characters");
        if (path.Any(c => c == '\\' || char.IsControl(c)))
            throw AppErrors.BadPackage("a path has a backslash or a control character");
        if (path.StartsWith('/'))
            throw AppErrors.BadPackage($"the path {path} is absolute");

        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToArray();
        return segments.Contains("..")
            ? throw AppErrors.BadPackage($"the path {path} leads out of it")
            : segments.Length == 0 ? null : string.Join('/', segments);
    }
}
