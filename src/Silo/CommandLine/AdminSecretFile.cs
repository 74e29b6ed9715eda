using Cozy.Web.Admin;

namespace Cozy.Silo.CommandLine;

/// <summary>The file that holds the hash of the admin secret; only its owner may read it.</summary>
internal static class AdminSecretFile
{
    public const string DefaultName = "cozy-admin-passphrase";

    /// <summary>Reads the hash; null when there is no such file.</summary>
    public static AdminSecret? Read(string path)
    {
        try
        {
            return AdminSecret.Parse(File.ReadAllText(path))
                ?? throw new CommandException(ExitCodes.Failure, $"{path} holds no hash; write it with 'cozy config passwd'.");
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Failure, $"Cannot read {path}: {failure.Message}", failure);
        }
    }

    /// <summary>Writes the hash under another name first, so that the file is never half there.</summary>
    public static void Write(string path, AdminSecret secret)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            var draft = path + ".new";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var stream = new FileStream(draft, options))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(secret + "\n"));
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Failure, $"Cannot write {path}: {failure.Message}", failure);
        }
    }
}
