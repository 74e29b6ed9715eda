namespace Cozy.Testing;

/// <summary>The source tree that the tests were built from.</summary>
public static class RepositoryFolder
{
    private static readonly string Root = Find();

    /// <summary>The path of a file or folder in it.</summary>
    public static string Under(params string[] path) => Path.Combine([Root, .. path]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cozy.Orleans.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests run outside the repository.");
    }
}
