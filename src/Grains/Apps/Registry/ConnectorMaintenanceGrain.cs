using System.Text.Json;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Apps.Registry;

/// <summary>Keeps <c>global/io-cozy-konnectors-maintenance</c>: a document for each connector under maintenance.</summary>
[GrainType("connector-maintenance")]
internal sealed class ConnectorMaintenanceGrain : Grain, IConnectorMaintenanceGrain
{
    private const string InfrastructureFlag = "flag_infra_maintenance";
    private static readonly DatabaseName Database = DatabaseName.ForDoctype(DatabaseName.Global, "io.cozy.konnectors.maintenance");

    private readonly IDocumentStore _store;
    private readonly LoadOnce<Dictionary<string, StoredDocument>> _documents;

    public ConnectorMaintenanceGrain(IDocumentStore store)
    {
        _store = store;
        _documents = new(LoadAsync);
    }

    public async ValueTask<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> ListAsync() =>
        (await _documents.GetAsync()).ToDictionary(one => one.Key, one => Braced(one.Value.Members), StringComparer.Ordinal);

    public async Task BeginAsync(string slug, ReadOnlyMemory<byte> options)
    {
        using var given = JsonDocument.Parse(options);
        var members = Json.Members(json =>
        {
            foreach (var member in given.RootElement.EnumerateObject().Where(member => member.Name is not ['_', ..] and not InfrastructureFlag))
                member.WriteTo(json);
            json.WriteBoolean(InfrastructureFlag, true);
        });
        var known = (await _documents.GetAsync()).GetValueOrDefault(slug);
        await EditAsync(new DocumentEdit(slug, known?.Revision, false, members));
    }

    public async Task EndAsync(string slug)
    {
        if ((await _documents.GetAsync()).TryGetValue(slug, out var known))
            await EditAsync(new DocumentEdit(slug, known.Revision, true, default));
    }

    private static ReadOnlyMemory<byte> Braced(ReadOnlyMemory<byte> members) => (byte[])[.. "{"u8, .. members.Span, .. "}"u8];

    private async Task EditAsync(DocumentEdit edit)
    {
        try
        {
            if ((await _store.EditAsync(Database, [edit]))[0].Failure is { } failure)
                throw failure;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
        finally
        {
            _documents.Reset();
        }
    }

    private async Task<Dictionary<string, StoredDocument>> LoadAsync()
    {
        var found = new Dictionary<string, StoredDocument>(StringComparer.Ordinal);
        await DocumentPages.ForEachAsync(_store, Database, (id, document) => found.Add(id, document));
        return found;
    }
}
