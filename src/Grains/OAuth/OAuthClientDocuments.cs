using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.OAuth;

/// <summary>OAuth clients as documents of <c>io.cozy.oauth.clients</c>.</summary>
internal sealed class OAuthClientDocuments(IDocumentStore store, IGrainFactory grains, string instanceId)
{
    public const string Doctype = "io.cozy.oauth.clients";

    private readonly DatabaseName _database = DatabaseName.ForDoctype(instanceId, Doctype);
    private readonly IDoctypeGrain _documents = grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, Doctype));

    /// <summary>All of them, by id.</summary>
    public async Task<SortedDictionary<string, OAuthClient>> LoadAsync()
    {
        var clients = new SortedDictionary<string, OAuthClient>(StringComparer.Ordinal);
        await DocumentPages.ForEachAsync(store, _database, (id, stored) =>
        {
            using var json = Json.Parse(stored.Members);
            clients[id] = OAuthClientJson.ReadDocument(id, stored.Revision.ToString(), json.RootElement);
        });
        return clients;
    }

    /// <summary>Whether a document with this id existed, and is gone.</summary>
    public async Task<bool> IsDeletedAsync(string id)
    {
        try
        {
            return await _documents.ReadAsync(id) is { Deleted: true };
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return false;
        }
    }

    /// <summary>Writes a client and returns it with its new revision.</summary>
    /// <exception cref="CozyException">Conflict.</exception>
    public async Task<OAuthClient> WriteAsync(OAuthClient client, bool isRetry)
    {
        var members = Json.Members(json =>
        {
            OAuthClientJson.WriteMembers(json, client, withSecret: true);
            OAuthClientJson.WriteHiddenMembers(json, client);
        });
        return client with { Revision = await EditAsync(new Edit(client.Id, client.Revision, false, members, isRetry)) };
    }

    /// <summary>Deletes a client.</summary>
    /// <exception cref="CozyException">Conflict.</exception>
    public Task DeleteAsync(OAuthClient client, bool isRetry) =>
        EditAsync(new Edit(client.Id, client.Revision, true, default, isRetry));

    private async Task<string> EditAsync(Edit edit)
    {
        var outcome = (await _documents.EditAsync([edit]))[0];
        return outcome.Error is null ? outcome.Revision! : throw CozyException.Conflict(outcome.Reason!);
    }
}
