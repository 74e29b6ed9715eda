using Cozy.Web.Dav;

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

    /// <summary>Largest body of <c>_bulk_docs</c>, in bytes; each of its documents is bounded by <see cref="MaxJsonBytes"/>.</summary>
    public int MaxBulkBytes { get; set; } = 32_000_000;

    /// <summary>Longest id of a document written through <c>/data</c>, in bytes.</summary>
    public int MaxDocumentIdBytes { get; set; } = 4096;

    /// <summary>Feeds of one instance that wait for changes at the same time; others are answered 429.</summary>
    public int MaxFeeds { get; set; } = 256;

    /// <summary>How long a feed of changes is followed before it ends by itself.</summary>
    public TimeSpan MaxFeedTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Deepest nesting of arrays and objects in a JSON body.</summary>
    public int MaxJsonDepth { get; set; } = 512;

    /// <summary>Largest file, in bytes.</summary>
    public long MaxFileBytes { get; set; } = 100L << 30;

    /// <summary>How long what is known of an instance may be reused by a front end before it asks again.</summary>
    public TimeSpan InstanceCacheTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many host names (with or without an instance) a front end remembers.</summary>
    public int InstanceCacheSize { get; set; } = 20_000;

    /// <summary>How many checked tokens a front end remembers.</summary>
    public int TokenCacheSize { get; set; } = 20_000;

    /// <summary>
    /// How long what is known of a link, an app or an OAuth client may be reused by a front end before it asks again: so
    /// long may something revoked on another silo still be good here.
    /// </summary>
    public TimeSpan RightsCacheTime { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many links, apps and OAuth clients a front end remembers.</summary>
    public int RightsCacheSize { get; set; } = 20_000;

    /// <summary>Memory for small files of apps that are asked for often, in bytes.</summary>
    public long AppCacheBytes { get; set; } = 32L << 20;

    /// <summary>
    /// Addresses besides the instance's own that apps may load scripts and images from and connect to, as in a
    /// Content-Security-Policy (<c>https://tiles.example.net</c>); none by default.
    /// </summary>
    public IList<string> AppPolicySources { get; } = [];

    /// <summary>
    /// Hosts besides the instance's own, with their port if not the default, to which a browser may go after the owner
    /// confirmed something there was asked for (<c>/auth/confirm</c>); by <c>https</c> only. None by default.
    /// </summary>
    public IList<string> ConfirmationHosts { get; } = [];

    /// <summary>Largest picture of the owner, in bytes.</summary>
    public int MaxAvatarBytes { get; set; } = 1_000_000;

    /// <summary>How many codes one link may have.</summary>
    public int MaxLinkCodes { get; set; } = 200;

    /// <summary>What one address may try at once at the public entries (login, reset, password of a link, registration).</summary>
    public int EntryAttempts { get; set; } = 60;

    /// <summary>After how long it may try once more.</summary>
    public TimeSpan EntryInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the answers take that must not tell whether a mail was written (reset of the passphrase, hint).</summary>
    public TimeSpan MailAnswerTime { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Codes of links that one address may guess at one instance before it has to wait.</summary>
    public int LinkGuesses { get; set; } = 30;

    /// <summary>After how long it may guess once more.</summary>
    public TimeSpan LinkGuessInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Codes of links that all addresses together may guess at one instance before wrong ones are delayed and refused.</summary>
    public int LinkGuessesOfAll { get; set; } = 300;

    /// <summary>After how long one more may be guessed.</summary>
    public TimeSpan LinkGuessOfAllInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long such a refusal waits.</summary>
    public TimeSpan LinkGuessDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many refusals of one instance wait at a time; others are given at once.</summary>
    public int MaxDelayedGuesses { get; set; } = 32;

    /// <summary>Requests of one instance that run at the same time; others wait for their turn.</summary>
    public int MaxConcurrentRequests { get; set; } = 256;

    /// <summary>Requests of one instance that may wait for their turn; others are answered 429.</summary>
    public int MaxWaitingRequests { get; set; } = 1024;

    /// <summary>Largest header block of a request, in bytes.</summary>
    public int MaxHeaderBytes { get; set; } = 32 * 1024;

    /// <summary>Longest first line of a request, in bytes.</summary>
    public int MaxRequestLineBytes { get; set; } = 16 * 1024;

    /// <summary>How long a client may take to send its headers.</summary>
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an upload may pause before it is given up.</summary>
    public TimeSpan UploadIdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time that a check of the backing services may take.</summary>
    public TimeSpan HealthTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Addresses (<c>10.0.0.7</c>) or networks (<c>10.0.0.0/8</c>) of reverse proxies whose <c>X-Forwarded-For</c>,
    /// <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c> are believed; none by default.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>
    /// The internal location (<c>/cozy-files/</c>) from which nginx in front of the server sends the contents of files itself;
    /// empty to send them from here. Whoever reaches the server without that nginx gets no content then.
    /// </summary>
    public string AccelLocation { get; set; } = "";

    /// <summary>
    /// Writes one line for each request that is answered. Off by default: it takes as long as answering a small one.
    /// Failures are logged in any case.
    /// </summary>
    public bool RequestLog { get; set; }

    /// <summary>How long a request waits for a thumbnail that is not there yet, before it shows a placeholder.</summary>
    public TimeSpan ThumbnailWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Most single pages of PDFs in one archive.</summary>
    public int MaxArchivePages { get; set; } = 1000;

    /// <summary>WebDAV.</summary>
    public DavOptions Dav { get; set; } = new();
}
