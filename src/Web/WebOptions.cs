namespace Cozy.Web;

/// <summary>Settings of the HTTP face (configuration section <c>Web</c>).</summary>
public sealed class WebOptions
{
    /// <summary>Instances are addressed with <c>https</c>: links, cookies marked <c>Secure</c>, HSTS.</summary>
    public bool Https { get; set; }

    /// <summary>How the hosts of apps are made.</summary>
    public SubdomainStyle Subdomains { get; set; }

    /// <summary>Largest JSON body of a request, in bytes.</summary>
    public long MaxJsonBytes { get; set; } = 8_000_000;

    /// <summary>Deepest nesting of arrays and objects in a JSON body.</summary>
    public int MaxJsonDepth { get; set; } = 512;

    /// <summary>Largest file, in bytes.</summary>
    public long MaxFileBytes { get; set; } = 100L << 30;

    /// <summary>How long what is known of an instance may be reused by a front end before it asks again.</summary>
    public TimeSpan InstanceCacheTime { get; set; } = TimeSpan.FromSeconds(1);
}
