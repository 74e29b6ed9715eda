using Cozy.CouchDbServer.Changes;
using Cozy.CouchDbServer.Scripts;
using Cozy.Storage.Documents;
using Cozy.Storage.Documents.Mango;

namespace Cozy.CouchDbServer;

/// <summary>What the handlers of documents, listings and feeds share, whoever routes to them.</summary>
internal class ProtocolContext(ProtocolLimits limits, IDocumentAccess documents, IChangeSignals signals, TimeProvider time)
{
    public ProtocolLimits Limits { get; } = limits;

    public IDocumentAccess Documents { get; } = documents;

    public IChangeSignals Signals { get; } = signals;

    public TimeProvider Time { get; } = time;

    /// <summary>What functions of design documents may cost; null where none are run.</summary>
    public ScriptLimits? Scripts { get; init; }

    /// <summary>Whether a change says that it has no document or no sequence to show, instead of saying nothing.</summary>
    public bool FeedsTellNulls { get; init; }
}

/// <summary>The largest things a request may bring.</summary>
public sealed record ProtocolLimits
{
    /// <summary>The largest document accepted, in bytes of its JSON; CouchDB's own default.</summary>
    public int MaxDocumentBytes { get; init; } = 8_000_000;

    /// <summary>Whether documents come and go with attachments; otherwise those with a content are refused.</summary>
    internal bool Attachments { get; init; }

    /// <summary>The largest attachment accepted, in bytes; it is held in memory while it is written.</summary>
    public int MaxAttachmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How deep the JSON of documents may nest.</summary>
    internal int MaxNesting { get; init; } = ParseOptions.Default.MaxDepth;

    /// <summary>How documents are read.</summary>
    internal ParseOptions Parsing => new() { Attachments = Attachments, MaxDepth = MaxNesting };

    /// <summary>What selectors may ask.</summary>
    public MangoLimits Queries { get; init; } = MangoLimits.Default;

    /// <summary>The longest id of a document accepted, in bytes.</summary>
    public int MaxIdBytes { get; init; } = int.MaxValue;

    /// <summary>The largest request body accepted, in bytes.</summary>
    public int MaxRequestBytes { get; init; } = 64 * 1024 * 1024;
}
