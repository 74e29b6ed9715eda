using System.ComponentModel.DataAnnotations;
using Cozy.CouchDbServer;
using Cozy.CouchDbServer.Scripts;
using Cozy.Storage.Documents.Mango;

namespace Cozy.Silo.Configuration;

/// <summary>What <c>cozy couchdb serve</c> accepts (section <c>CouchDbServer</c>).</summary>
internal sealed class CouchDbServeOptions
{
    /// <summary>The largest document, in bytes of its JSON.</summary>
    [Range(100_000, 1_000_000_000)]
    public int MaxDocumentBytes { get; set; } = new ProtocolLimits().MaxDocumentBytes;

    /// <summary>The largest attachment, in bytes.</summary>
    [Range(100_000, 1_000_000_000)]
    public int MaxAttachmentBytes { get; set; } = new ProtocolLimits().MaxAttachmentBytes;

    /// <summary>The largest request, in bytes.</summary>
    [Range(100_000, 2_000_000_000)]
    public int MaxRequestBytes { get; set; } = new ProtocolLimits().MaxRequestBytes;

    /// <summary>Whether views and filters are run.</summary>
    public bool Scripts { get; set; } = true;

    /// <summary>How long one call of a function may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:10:00")]
    public TimeSpan MaxScriptTime { get; set; } = new ScriptLimits().MaxCallTime;

    /// <summary>How much one call of a function may allocate, in bytes.</summary>
    [Range(1_000_000d, 256_000_000d)]
    public long MaxScriptBytes { get; set; } = new ScriptLimits().MaxCallBytes;

    /// <summary>The largest view, in bytes of memory.</summary>
    [Range(1_000_000d, 100_000_000_000d)]
    public long MaxViewBytes { get; set; } = new ScriptLimits().MaxViewBytes;

    /// <summary>How much all views may take together, in bytes of memory.</summary>
    [Range(1_000_000d, 100_000_000_000d)]
    public long MaxAllViewsBytes { get; set; } = new ScriptLimits().MaxAllViewsBytes;

    /// <summary>The limits of requests.</summary>
    public ProtocolLimits ToLimits(MangoLimits queries) => new()
    {
        MaxDocumentBytes = MaxDocumentBytes,
        MaxAttachmentBytes = MaxAttachmentBytes,
        MaxRequestBytes = MaxRequestBytes,
        Queries = queries,
    };

    /// <summary>The limits of functions.</summary>
    public ScriptLimits ToScriptLimits() => new()
    {
        Enabled = Scripts,
        MaxCallTime = MaxScriptTime,
        MaxCallBytes = MaxScriptBytes,
        MaxViewBytes = MaxViewBytes,
        MaxAllViewsBytes = MaxAllViewsBytes,
    };
}
