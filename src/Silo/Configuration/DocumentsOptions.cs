using System.ComponentModel.DataAnnotations;

namespace Cozy.Silo.Configuration;

/// <summary>Where documents are kept (section <c>Documents</c>).</summary>
internal sealed class DocumentsOptions
{
    /// <summary>The embedded engine, or a CouchDB.</summary>
    [EnumDataType(typeof(DocumentsAdapter))]
    public DocumentsAdapter Adapter { get; set; } = DocumentsAdapter.Sqlite;

    /// <summary>The CouchDB, when it is one.</summary>
    public CouchDbOptions CouchDb { get; set; } = new();
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
internal sealed class CouchDbOptions
{
    /// <summary>Its address, such as <c>http://couch.internal:5984</c>.</summary>
    public Uri? Url { get; set; }

    /// <summary>Its administrator's name.</summary>
    public string? User { get; set; }

    /// <summary>The administrator's password.</summary>
    public string? Password { get; set; }
}
