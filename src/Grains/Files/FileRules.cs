using System.Buffers;
using System.Text;
using Cozy.Grains.Errors;

namespace Cozy.Grains.Files;

/// <summary>What names and places files may have, as cozy-stack has it.</summary>
internal static class FileRules
{
    /// <summary>Most folders above a file.</summary>
    public const int MaximumDepth = 512;

    /// <summary>Longest name in UTF-8 bytes: what file systems of desktop clients can hold.</summary>
    public const int MaximumNameBytes = 255;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/\0\n\r");

    /// <summary>Fails unless a file may have this name. Case and Unicode form are kept as they are.</summary>
    public static void CheckName(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny(Forbidden) || !IsText(name))
            throw CozyException.Invalid("name", "Invalid filename: empty or contains an illegal character");
        if (Encoding.UTF8.GetByteCount(name) > MaximumNameBytes)
            throw CozyException.Invalid("name", $"Invalid filename: longer than {MaximumNameBytes} bytes");
    }

    /// <summary>The names on an absolute path.</summary>
    public static string[] Split(string path)
    {
        if (!path.StartsWith('/'))
            throw CozyException.BadRequest("Path should be absolute");
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names)
            CheckName(name);
        return names;
    }

    /// <summary>Fails unless a node and what is below it may be in a folder.</summary>
    /// <param name="parent">The folder.</param>
    /// <param name="height">How many levels the node brings along.</param>
    public static void CheckDepth(FolderNode parent, int height = 0)
    {
        if (FileTree.DepthOf(parent) + 1 + height > MaximumDepth)
            throw CozyException.Invalid("path", "The path has too many levels");
    }

    /// <summary>Fails unless a document still has the revision a client saw.</summary>
    public static void CheckRevision(string current, string? wanted)
    {
        if (wanted is not null && wanted != current)
            throw new CozyException(ErrorKind.PreconditionFailed, "precondition_failed", "Revision does not match", "If-Match");
    }

    public static CozyException NotFound() => CozyException.NotFound("file does not exist");

    public static CozyException NoParent() =>
        CozyException.NotFound("Parent directory with given DirID does not exist");

    public static CozyException ParentInTrash() => CozyException.NotFound("Parent directory is in the trash");

    public static CozyException NameTaken() => CozyException.Conflict("file already exists");

    public static CozyException InTrash() => CozyException.BadRequest("File or directory is already in the trash");

    public static CozyException NotInTrash() => CozyException.BadRequest("File or directory is not in the trash");

    public static CozyException Fixed() => CozyException.BadRequest("The root and the trash cannot be changed");

    public static CozyException ForbiddenMove() =>
        new(ErrorKind.PreconditionFailed, "precondition_failed", "Forbidden document move", "dir-id");

    public static CozyException IllegalTime() => CozyException.Invalid("UpdatedAt", "Invalid time given");

    public static CozyException OverQuota() =>
        new(ErrorKind.TooLarge, "quota_exceeded", "The file is too big and exceeds the disk quota");

    public static CozyException TooMany() =>
        new(ErrorKind.TooLarge, "too_many_files", "The instance has as many files and folders as it may have");

    public static CozyException NoVersion() => CozyException.NotFound("missing");

    // Half of a surrogate pair could be neither stored nor shown.
    private static bool IsText(string name)
    {
        for (ReadOnlySpan<char> rest = name; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
                return false;
            rest = rest[length..];
        }

        return true;
    }
}
