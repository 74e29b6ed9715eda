using Cozy.CouchDbServer.Scripts;

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

    /// <summary>The largest things a request may bring.</summary>
    public ProtocolLimits Limits { get; init; } = new();

    /// <summary>What the functions of design documents may cost.</summary>
    public ScriptLimits Scripts { get; init; } = new();

    /// <summary>How deep the JSON of documents may nest; CouchDB has no limit.</summary>
    public int MaxNesting { get; init; } = 4000;
}
