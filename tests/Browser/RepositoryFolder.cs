namespace Cozy.Browser.Tests;

/// <summary>Files of this test project in the source tree.</summary>
internal static class RepositoryFolder
{
    private static readonly string Root = Find();

    /// <summary>The path of a file or folder under <c>tests/Browser</c>.</summary>
    public static string Under(params string[] path) => Path.Combine([Root, "tests", "Browser", .. path]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cozy.Orleans.sln")))
                return folder.FullName;
        }

        return Directory.GetCurrentDirectory();
    }
}
