using System.ComponentModel.DataAnnotations;

namespace Cozy.Storage.Blobs.Swift;

/// <summary>How contents are kept in OpenStack Swift.</summary>
public sealed class SwiftOptions
{
    /// <summary>Where to log in: <c>http://host:8080/auth/v1.0</c> for version 1, <c>https://host:5000/v3</c> for 3.</summary>
    [Required]
    public string AuthUrl { get; set; } = "";

    /// <summary>1 for tempauth and its like, 3 for Keystone v3 with a password.</summary>
    [AllowedValues(1, 3)]
    public int AuthVersion { get; set; } = 3;

    /// <summary>The user's name; with version 1 <c>account:user</c>.</summary>
    [Required]
    public string User { get; set; } = "";

    /// <summary>The password.</summary>
    [Required]
    public string Key { get; set; } = "";

    /// <summary>Keystone: the name of the project that owns the containers.</summary>
    public string Project { get; set; } = "";

    /// <summary>Keystone: the name of the domain of both user and project.</summary>
    public string Domain { get; set; } = "Default";

    /// <summary>Keystone: the region whose object store is used; empty for the first one.</summary>
    public string Region { get; set; } = "";

    /// <summary>
    /// Contents larger than this many bytes are stored as large objects with segments of this size. Swift refuses
    /// objects above 5 GiB.
    /// </summary>
    [Range(1, (5L * 1024 * 1024 * 1024) - 1)]
    public long SegmentBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>
    /// How old an unconfirmed upload must be to count as abandoned, by the server's clock. Must exceed the longest
    /// upload, since no silo knows which uploads the others are running.
    /// </summary>
    public TimeSpan UploadExpiry { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The secret behind addresses at which browsers get saved files from Swift itself; empty to send all contents through
    /// the server. Browsers must be able to reach Swift at the address its login tells.
    /// </summary>
    [RegularExpression(".{16,}")]
    public string TempUrlKey { get; set; } = "";

    /// <summary>How long such an address is good.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan TempUrlLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a connection may take to be made.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the server may take to answer, counted from the last byte of the request.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
