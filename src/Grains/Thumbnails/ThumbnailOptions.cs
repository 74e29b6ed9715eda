using System.ComponentModel.DataAnnotations;

namespace Cozy.Grains.Thumbnails;

/// <summary>How thumbnails are made, and pages taken out of PDFs (configuration section <c>Thumbnails</c>).</summary>
public sealed class ThumbnailOptions
{
    /// <summary>Whether thumbnails are made at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Processes of this silo that look at files at the same time; 0 for half of its processors.</summary>
    [Range(0, 1024)]
    public int Workers { get; set; }

    /// <summary>Largest file that thumbnails are made of or pages taken out of, and largest page, in bytes.</summary>
    [Range(1, 1L << 30)]
    public long MaxFileBytes { get; set; } = 100 * 1024 * 1024;

    /// <summary>Most pixels an image may have, whatever its file's size.</summary>
    [Range(1, 10_000_000_000)]
    public long MaxPixels { get; set; } = 250_000_000;

    /// <summary>
    /// Memory a worker may take beyond what it needs to start and the file itself, in bytes; one that asks for more fails.
    /// </summary>
    [Range(256L << 20, 1L << 40)]
    public long WorkerMemoryBytes { get; set; } = 1L << 30;

    /// <summary>How long one file may take; then its worker is ended.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a worker without work is kept.</summary>
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Most files of one instance that wait; those beyond are made when they are asked for.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>How long a request for a page of a PDF waits for its turn.</summary>
    public TimeSpan PageWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The program that is run as worker (<c>cozy</c> or <c>cozy.dll</c>); empty for this one.</summary>
    public string Program { get; set; } = "";
}
