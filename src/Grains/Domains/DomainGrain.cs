using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;
using Orleans.Placement;

namespace Cozy.Grains.Domains;

/// <summary>
/// Keeps one document per host name in <c>global/domains</c>. Its id is the host name, so that no two instances can
/// have one name, whatever happens at the same time.
/// </summary>
[GrainType("domain"), PreferLocalPlacement, CollectionAgeLimit(Minutes = 5)]
internal sealed class DomainGrain : Grain, IDomainGrain
{
    private static readonly DatabaseName Database = new(DatabaseName.Global, "domains");
    private readonly IDocumentStore _documents;
    private readonly LoadOnce<Claim?> _claim;

    public DomainGrain(IDocumentStore documents)
    {
        _documents = documents;
        _claim = new(LoadAsync);
    }

    private string Host => this.GetPrimaryKeyString();

    public async ValueTask<string?> ResolveAsync() => (await _claim.GetAsync())?.InstanceId;

    public async Task ClaimAsync(string instanceId)
    {
        var held = await _claim.GetAsync();
        if (held?.InstanceId == instanceId)
            return;
        if (held is { InstanceId: not null })
            throw CozyException.Conflict($"The domain {Host} is taken.");

        var members = Json.Members(writer => writer.WriteString("instance", instanceId));
        await WriteAsync(new DocumentEdit(Host, held?.Revision, Deleted: false, members));
    }

    public async Task ReleaseAsync(string instanceId)
    {
        var held = await _claim.GetAsync();
        if (held is { InstanceId: not null } && held.InstanceId == instanceId)
            await WriteAsync(new DocumentEdit(Host, held.Revision, Deleted: true, ReadOnlyMemory<byte>.Empty));
    }

    private async Task WriteAsync(DocumentEdit edit)
    {
        // Whatever comes out, what is remembered may be wrong from here on.
        _claim.Reset();
        try
        {
            var result = (await _documents.EditAsync(Database, [edit]))[0];
            if (result.Failure is not null)
                throw result.Failure;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    private async Task<Claim?> LoadAsync()
    {
        try
        {
            var document = await _documents.GetAsync(Database, Host, ReadOptions.Winner);
            if (document is null)
                return null;
            if (document.Deleted)
                return new Claim(null, null);
            using var json = Json.Parse(document.Members);
            return new Claim(json.RootElement.Text("instance"), document.Revision);
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return null;
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    /// <param name="InstanceId">Who holds the name; null when it was given up.</param>
    /// <param name="Revision">The document's revision; null when there is none to replace.</param>
    private sealed record Claim(string? InstanceId, Revision? Revision);
}
