namespace Cozy.Testing;

/// <summary>The checked-out repository that the tests run in.</summary>
public static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Folder { get; } = Find();

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
