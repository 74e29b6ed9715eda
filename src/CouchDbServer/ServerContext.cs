using Cozy.CouchDbServer.Changes;
using Cozy.CouchDbServer.Databases;
using Cozy.CouchDbServer.Security;
using Cozy.CouchDbServer.Validation;
using Cozy.CouchDbServer.Views;
using Cozy.Storage.Documents;

namespace Cozy.CouchDbServer;

/// <summary>What all requests to the server share.</summary>
internal sealed class ServerContext(
    CouchDbServerOptions options, IDocumentStore store, string identity, TimeProvider time)
    : ProtocolContext(
        options.Limits with { Attachments = true, MaxNesting = options.MaxNesting }, store, new ChangeSignals(), time)
{
    public IDocumentStore Store { get; } = store;

    /// <summary>32 hex digits that stay the same as long as the data does; replicators keep their checkpoints under it.</summary>
    public string Identity { get; } = identity;

    /// <summary>Cancelled when the server begins to stop: feeds end then instead of holding it up.</summary>
    public CancellationToken Stopping { get; init; }

    public ViewIndexes Views { get; } = new(options.Scripts);

    public ValidationFunctions Validations { get; } = new(store, options.Scripts);

    public required Compactions Compactions { get; init; }

    public DatabaseRegistry Databases { get; } = new(store);

    public Authentication Authentication { get; } = new(options, time);
}
