using System.ComponentModel.DataAnnotations;

namespace Cozy.Grains.Files;

/// <summary>Settings of the file trees (configuration section <c>Files</c>).</summary>
public sealed class FileTreeOptions
{
    /// <summary>How many contents of a file are kept, the current one included; 0 keeps no former content.</summary>
    [Range(0, 1000, ErrorMessage = "must be between 0 and 1000.")]
    public int MaxVersions { get; set; } = 20;

    /// <summary>A content that is replaced sooner than this after the last version is not kept, unless it is tagged.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00", ErrorMessage = "must not be negative.")]
    public TimeSpan MinVersionDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>After how long in the trash a file or folder is destroyed; zero for never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "36500.00:00:00", ErrorMessage = "must not be negative.")]
    public TimeSpan TrashAge { get; set; }

    /// <summary>Most files and folders an instance may have; bounds the memory its tree takes.</summary>
    [Range(1, 100_000_000, ErrorMessage = "must be between 1 and 100000000.")]
    public int MaxEntries { get; set; } = 2_000_000;
}
