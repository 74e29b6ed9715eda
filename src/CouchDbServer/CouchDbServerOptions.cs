using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer;

/// <summary>How the server that speaks CouchDB's protocol runs.</summary>
public sealed record CouchDbServerOptions
{
    /// <summary>The folder that holds the databases; created when it is missing.</summary>
    public required string Data { get; init; }

    /// <summary>Where to listen, such as <c>http://127.0.0.1:5984</c>; several are separated by <c>;</c>.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:5984";

    /// <summary>The name of the one account, which may do everything.</summary>
    public required string AdminName { get; init; }

    /// <summary>Its password; never empty.</summary>
    public required string AdminPassword { get; init; }

    /// <summary>The largest document accepted, in bytes of its JSON; CouchDB's own default.</summary>
    public int MaxDocumentBytes { get; init; } = 8_000_000;

    /// <summary>How deep the JSON of documents may nest; CouchDB has no limit.</summary>
    public int MaxNesting { get; init; } = 4000;

    /// <summary>The largest attachment accepted, in bytes; it is held in memory while it is written.</summary>
    public int MaxAttachmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How documents are read.</summary>
    internal ParseOptions Parsing => new() { Attachments = true, MaxDepth = MaxNesting };

    /// <summary>The largest request body accepted, in bytes.</summary>
    public int MaxRequestBytes { get; init; } = 64 * 1024 * 1024;
}
