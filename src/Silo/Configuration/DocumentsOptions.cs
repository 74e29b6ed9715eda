using System.ComponentModel.DataAnnotations;

namespace Cozy.Silo.Configuration;

/// <summary>Where documents are kept (section <c>Documents</c>).</summary>
internal sealed class DocumentsOptions
{
    /// <summary>The embedded engine, or a CouchDB.</summary>
    [EnumDataType(typeof(DocumentsAdapter))]
    public DocumentsAdapter Adapter { get; set; } = DocumentsAdapter.Sqlite;

    /// <summary>The embedded engine, when it is that.</summary>
    public EmbeddedOptions Sqlite { get; set; } = new();

    /// <summary>What queries may cost.</summary>
    public QueryOptions Queries { get; set; } = new();

    /// <summary>The CouchDB, when it is one.</summary>
    public CouchDbServerAddress CouchDb { get; set; } = new();
}

/// <summary>The stores for documents.</summary>
internal enum DocumentsAdapter
{
    /// <summary>SQLite files in the data folder; for one process alone.</summary>
    Sqlite,

    /// <summary>Apache CouchDB 3, or <c>cozy couchdb serve</c>.</summary>
    CouchDb,
}

/// <summary>How to reach a CouchDB (section <c>Documents:CouchDb</c>).</summary>
internal sealed class CouchDbServerAddress
{
    /// <summary>Its address, such as <c>http://couch.internal:5984</c>.</summary>
    public Uri? Url { get; set; }

    /// <summary>Its administrator's name.</summary>
    public string? User { get; set; }

    /// <summary>The administrator's password.</summary>
    public string? Password { get; set; }

    /// <summary>How many connections to it may be open at a time.</summary>
    [Range(1, 10_000)]
    public int MaxConnections { get; set; } = 64;

    /// <summary>How long one request may take, its answer included.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>How the embedded engine keeps documents (section <c>Documents:Sqlite</c>).</summary>
internal sealed class EmbeddedOptions
{
    /// <summary>How many instances' files may be open at once; each takes three descriptors and some memory.</summary>
    [Range(1, 100_000)]
    public int MaxOpenFiles { get; set; } = 1000;

    /// <summary>After how long without a request an instance's files are closed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleClose { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// A database is compacted in the background when it keeps so many contents of documents that were replaced since;
    /// 0 for never.
    /// </summary>
    [Range(0, 100_000_000)]
    public int CompactAfterRevisions { get; set; } = 10_000;
}
