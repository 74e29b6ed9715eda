using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>The few calls of the C library that .NET has no method for. Each has a fallback off Linux.</summary>
internal static class LibC
{
    private const int CloseOnExec = 0x80000;
    private const uint StartWrite = 2;
    private const int NotFound = 2;
    private const int Exists = 17;
    private const int TooBig = 27;
    private const int NoSpace = 28;
    private const int OverQuota = 122;

    /// <summary>What became of an attempt to give a file a second name.</summary>
    public enum LinkResult
    {
        Linked,
        FolderMissing,
        NameTaken,
        Unsupported,
    }

    /// <summary>Makes the names in a folder durable. Windows has no such call and needs none.</summary>
    /// <exception cref="IOException">The folder cannot be opened or the disk failed.</exception>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = OpenDirectory(path);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Opens a folder; not on Windows.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle OpenDirectory(string path)
    {
        var descriptor = Open(path, OperatingSystem.IsLinux() ? CloseOnExec : 0);
        return descriptor < 0 ? throw LastError(path) : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Makes everything durable that was written to a file system; Linux only.</summary>
    /// <param name="any">Something on it. A failure to write since it was opened, or since the last call with it, fails the call.</param>
    /// <param name="path">Its path.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void SyncFileSystem(SafeFileHandle any, string path)
    {
        if (SyncFs(any) != 0)
            throw LastError(path);
    }

    /// <summary>Gives a file a second name.</summary>
    public static LinkResult Link(string existing, string name)
    {
        if (OperatingSystem.IsWindows())
            return LinkResult.Unsupported;
        if (HardLink(existing, name) == 0)
            return LinkResult.Linked;
        return Marshal.GetLastPInvokeError() switch
        {
            NotFound => LinkResult.FolderMissing,
            Exists => LinkResult.NameTaken,
            _ => LinkResult.Unsupported,
        };
    }

    /// <summary>Reserves room for a file, where the file system can.</summary>
    /// <exception cref="IOException">There is no room, or never can be; its HResult is the error's number.</exception>
    public static void Preallocate(SafeFileHandle file, string path, long length)
    {
        // Asked first: the kernel takes all the room there is before it finds that it is not enough, and until it has given
        // it back every other writer's disk is full.
        if (new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace < length)
            throw new IOException("There is no room for a file of this length.", NoSpace);

        // .NET's own preallocation does not say why it failed.
        if (!OperatingSystem.IsLinux() || FileAllocate(file, 0, 0, length) == 0)
            return;
        if (Marshal.GetLastPInvokeError() is NoSpace or OverQuota or TooBig)
            throw LastError("a file of this length");
    }

    /// <summary>Tells the kernel to start writing a range to the disk, without waiting for it; only a hint.</summary>
    public static void StartWriteback(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
            _ = SyncFileRange(file, offset, length, StartWrite);
    }

    private static IOException LastError(string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{new Win32Exception(error).Message}: '{path}'", error);
    }

    // Ansi is UTF-8 wherever there is a C library.
    [DllImport("libc", EntryPoint = "open", SetLastError = true,
        CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "link", SetLastError = true,
        CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int HardLink(string existing, string name);

    [DllImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FileAllocate(SafeFileHandle file, int mode, long offset, long length);

    [DllImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);

    [DllImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncFs(SafeFileHandle any);
}
