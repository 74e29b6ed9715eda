using Cozy.Storage.Documents.Mango;

namespace Cozy.Storage.Documents.Sqlite;

/// <summary>How the embedded engine keeps documents.</summary>
public sealed record SqliteDocumentOptions
{
    /// <summary>The folder of the database files; created when missing.</summary>
    public required string Directory { get; init; }

    /// <summary>How many partitions may be open at once, but for those in use; the longest unused close first.</summary>
    public int MaxOpenFiles { get; init; } = 1000;

    /// <summary>A partition nobody used for this long is closed.</summary>
    public TimeSpan IdleClose { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How many ancestors of each leaf a new database remembers.</summary>
    public int RevisionsLimit { get; init; } = 1000;

    /// <summary>The largest document, in bytes of its members; CouchDB's default.</summary>
    public int MaxDocumentBytes { get; init; } = 8_000_000;

    /// <summary>The largest attachment, in bytes.</summary>
    public int MaxAttachmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// A database is compacted in the background when it holds so many contents of revisions that have successors;
    /// 0 for only when asked to.
    /// </summary>
    public int CompactAfterRevisions { get; init; } = 10_000;

    /// <summary>What queries may cost.</summary>
    public MangoLimits Queries { get; init; } = MangoLimits.Default;

    /// <summary>
    /// Whether an acknowledged write survives a loss of power. False is for tests and throw-away data: it survives
    /// only the end of the process.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>
    /// What an edit does whose document does not exist but which names a parent: false, it conflicts; true, in a
    /// database that is not empty it starts a history with that parent, as CouchDB does.
    /// </summary>
    public bool UnknownParentStartsHistory { get; init; }
}
