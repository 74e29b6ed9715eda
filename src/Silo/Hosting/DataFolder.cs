using Cozy.Silo.CommandLine;

namespace Cozy.Silo.Hosting;

/// <summary>
/// The data folder, held for this process alone. The kernel gives the lock back when the process ends, however it
/// ends, so there is never a stale one to remove.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string LockName = "cozy.lock";
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <exception cref="CommandException">The folder cannot be written, or another process has it.</exception>
    public static DataFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var lockPath = System.IO.Path.Combine(full, LockName);
        try
        {
            Directory.CreateDirectory(full);
            return new DataFolder(full, new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException failure) when (IsLocked(failure, lockPath))
        {
            throw new CommandException(
                ExitCodes.Failure, $"Another process uses the data folder {full}; choose another one with --data.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Failure, $"Cannot write to the data folder {full}: {failure.Message}", failure);
        }
    }

    public void Dispose() => _lock.Dispose();

    // EWOULDBLOCK of flock(2) has no type of its own in .NET, and a sharing violation is what it is on Windows.
    private static bool IsLocked(IOException failure, string lockPath) =>
        failure.GetType() == typeof(IOException) && File.Exists(lockPath)
        && (failure.HResult is 11 or unchecked((int)0x80070020)
            || failure.Message.Contains("being used by another process", StringComparison.Ordinal));
}
