using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Cozy.Grains.Jobs.Programs;

/// <summary>
/// The folder of one run: <c>app</c> with the program's files, <c>run</c> with the socket and what is loaded before the
/// program. Nobody but the server and the user that the program runs as can look into it; it is gone when this is disposed.
/// </summary>
internal sealed class ProgramFolder : IDisposable
{
    /// <summary>What is loaded before a program's own code.</summary>
    public const string Network = "network.cjs";

    /// <summary>The name of the server's socket.</summary>
    public const string SocketName = "net.sock";

    private const string Users = "root:x:0:0::/:/bin/false\nprogram:x:1000:1000::/tmp:/bin/false\n";
    private const string Groups = "root:x:0:\nprogram:x:1000:\n";

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ReadableFolder = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly byte[] NetworkScript = ReadScript();

    private readonly string _root;

    private ProgramFolder(string root) => _root = root;

    /// <summary>The program's files.</summary>
    public string App => Path.Combine(_root, "app");

    /// <summary>What the server puts beside them.</summary>
    public string Run => Path.Combine(_root, "run");

    /// <summary>The server's socket.</summary>
    public string Socket => Path.Combine(Run, SocketName);

    /// <summary>A list of users for the sandbox.</summary>
    public string Passwd => Path.Combine(_root, "passwd");

    /// <summary>A list of groups for the sandbox.</summary>
    public string Group => Path.Combine(_root, "group");

    /// <summary>Makes one.</summary>
    /// <param name="parent">Where.</param>
    /// <param name="user">The user it is for; null for the server's own.</param>
    /// <exception cref="JobFailedException">This is a system on which no programs are run.</exception>
    public static ProgramFolder Create(string parent, int? user)
    {
        if (OperatingSystem.IsWindows())
            throw new JobFailedException("Programs of apps are not run on Windows.");
        var folder = new ProgramFolder(Path.Combine(parent, $"cozy-run-{Guid.NewGuid():N}"));
        try
        {
            Directory.CreateDirectory(folder._root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.CreateDirectory(folder.App);
            Directory.CreateDirectory(folder.Run);
            File.WriteAllBytes(Path.Combine(folder.Run, Network), NetworkScript);
            File.WriteAllText(folder.Passwd, Users, Encoding.ASCII);
            File.WriteAllText(folder.Group, Groups, Encoding.ASCII);
            if (user is { } id)
                Own(folder._root, id);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Where a file of the program goes; its folder is made.</summary>
    /// <exception cref="JobFailedException">The path leads out.</exception>
    public string PathOf(string relative)
    {
        var path = Path.GetFullPath(Path.Combine(App, relative));
        if (!path.StartsWith(App + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new JobFailedException("A path of the app leads out of it.", isFinal: true);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Lets the user it is for read all of it, whatever the server's own files are like.</summary>
    public void Open()
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var path in Directory.EnumerateFileSystemEntries(_root, "*", SearchOption.AllDirectories).Where(path => path != Socket))
            File.SetUnixFileMode(path, Directory.Exists(path) ? ReadableFolder : Readable);
    }

    public void Dispose()
    {
        if (Directory.Exists(_root))
            Directory.Delete(_root, recursive: true);
    }

    /// <summary>Lets a user who is not the server's look into a folder of the server's.</summary>
    private static void Own(string path, int user)
    {
        if (ChangeOwner(Encoding.UTF8.GetBytes(path + '\0'), (uint)user, (uint)user) != 0)
            throw new IOException($"A folder cannot be given to user {user}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner(byte[] path, uint user, uint group);

    private static byte[] ReadScript()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Network)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
