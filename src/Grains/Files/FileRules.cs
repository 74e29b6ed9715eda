using System.Buffers;
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

    public static void CheckName(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny(Forbidden))
            throw CozyException.Invalid("name", "Invalid filename: empty or contains an illegal character");
        if (System.Text.Encoding.UTF8.GetByteCount(name) > MaximumNameBytes)
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

    public static CozyException NotFound() => CozyException.NotFound("file does not exist");

    public static CozyException NoParent() =>
        CozyException.NotFound("Parent directory with given DirID does not exist");

    public static CozyException ParentInTrash() => CozyException.NotFound("Parent directory is in the trash");

    public static CozyException NameTaken() => CozyException.Conflict("file already exists");

    public static CozyException OverQuota() =>
        new(ErrorKind.TooLarge, "quota_exceeded", "The file is too big and exceeds the disk quota");
}
