using System.ComponentModel.DataAnnotations;

namespace Cozy.Silo.Configuration;

/// <summary>Where the server listens and keeps its data (section <c>Server</c>).</summary>
internal sealed class ServerOptions
{
    /// <summary>The folder of everything the server keeps. Only for itself: a second process is refused.</summary>
    [Required]
    public string Data { get; set; } = "data";

    /// <summary>The addresses of the public API, separated by semicolons.</summary>
    [Required]
    public string Urls { get; set; } = "http://127.0.0.1:8080";

    /// <summary>The addresses of the admin API, separated by semicolons.</summary>
    [Required]
    public string AdminUrls { get; set; } = "http://127.0.0.1:6060";

    /// <summary>Creates an instance <c>cozy.localhost</c> when there is none at all. Null: unless it is a cluster.</summary>
    public bool? FirstInstance { get; set; }

    /// <summary>How long requests in flight may take to finish when the server is told to stop.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
