namespace Cozy.Storage.Documents.CouchDb;

/// <summary>Where a CouchDB server is and how patient to be with it.</summary>
public sealed record CouchDbOptions
{
    /// <summary>The server's address, such as <c>http://couchdb:5984</c>; may carry <c>name:password@</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>The account; taken from <see cref="Url"/> when null.</summary>
    public string? UserName { get; init; }

    /// <summary>The account's password; taken from <see cref="Url"/> when <see cref="UserName"/> is null.</summary>
    public string? Password { get; init; }

    /// <summary>How long one request may take, its answer included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long opening a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many connections may be open at a time.</summary>
    public int MaxConnections { get; init; } = 64;

    /// <summary>How often a request that may be repeated is repeated.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>The wait before the first repetition; it doubles with each, and varies so that clients do not march in step.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The largest answer read, in bytes.</summary>
    public int MaxAnswerBytes { get; init; } = 512 * 1024 * 1024;
}
