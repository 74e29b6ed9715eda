using System.ComponentModel.DataAnnotations;

namespace Cozy.Storage.Blobs.LocalDisk;

/// <summary>How contents are kept in a folder of this machine.</summary>
public sealed class LocalDiskOptions
{
    /// <summary>The folder; created when it is missing. Nothing but the store may write below it.</summary>
    [Required]
    public string Directory { get; set; } = "";

    /// <summary>
    /// Whether the store hashes what it wrote once more and compares the MD5 it is told. Off by default: the sender's
    /// MD5 is computed from the very memory the store copies, and MD5 is what bounds the speed of an upload.
    /// The length is always compared.
    /// </summary>
    public bool VerifyMd5 { get; set; }
}
