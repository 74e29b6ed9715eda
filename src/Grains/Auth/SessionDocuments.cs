using Cozy.Grains.Doctypes;
using Cozy.Grains.Errors;
using Cozy.Grains.Storage;
using Cozy.Storage.Documents;

namespace Cozy.Grains.Auth;

/// <summary>Browser sessions as documents of <c>io.cozy.sessions</c>, with the fields of cozy-stack and the device.</summary>
internal sealed class SessionDocuments(IDocumentStore store, IGrainFactory grains, string instanceId)
{
    private const string Doctype = "io.cozy.sessions";
    private const int MostSessions = 1000;

    private readonly DatabaseName _database = DatabaseName.ForDoctype(instanceId, Doctype);
    private readonly IDoctypeGrain _documents = grains.GetGrain<IDoctypeGrain>(DoctypeKey.Of(instanceId, Doctype));

    public async Task<Session?> ReadAsync(string id) =>
        await FindAsync(id) is { } document ? Read(id, document.Revision, document.Members) : null;

    /// <summary>All of them, expired or not; at most a thousand.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync()
    {
        try
        {
            var page = await store.ListAsync(_database, new ListQuery { Limit = MostSessions, IncludeDocuments = true });
            return [.. page.Rows
                .Where(row => row.Document is not null && !row.Id.StartsWith('_'))
                .Select(row => Read(row.Id, row.Document!.Revision.ToString(), row.Document.Members))];
        }
        catch (DocumentStoreException failure) when (failure.Kind == StoreError.DatabaseMissing)
        {
            return [];
        }
        catch (DocumentStoreException failure)
        {
            throw failure.ToCozyException();
        }
    }

    /// <summary>Writes a session, new or changed, and returns it with its new revision.</summary>
    public async Task<Session> WriteAsync(Session session)
    {
        var current = session.Revision.Length == 0 ? null : await FindAsync(session.Id);
        var members = Json.Members(writer =>
        {
            writer.WriteTime("created_at", session.CreatedAt);
            writer.WriteTime("last_seen", session.LastSeen);
            writer.WriteBoolean("long_run", session.LongRun);
            writer.WriteBoolean("short_run", session.ShortRun);
            writer.WriteOptional("browser", session.Browser);
            writer.WriteOptional("os", session.System);
            writer.WriteOptional("ip", session.Address);
            writer.WriteOptional("sid", session.ProviderSession);
        });
        var revision = await EditAsync(new Edit(session.Id, current?.Revision, false, members));
        return session with { Revision = revision ?? session.Revision };
    }

    /// <summary>Deletes a session; one that does not exist is no error.</summary>
    public async Task DeleteAsync(string id)
    {
        if (await FindAsync(id) is { } document)
            await EditAsync(new Edit(id, document.Revision, true, ReadOnlyMemory<byte>.Empty));
    }

    private static Session Read(string id, string revision, ReadOnlyMemory<byte> members)
    {
        using var json = Json.Parse(members);
        var root = json.RootElement;
        return new Session
        {
            Id = id,
            Revision = revision,
            CreatedAt = root.Time("created_at") ?? default,
            LastSeen = root.Time("last_seen") ?? default,
            LongRun = root.Flag("long_run"),
            ShortRun = root.Flag("short_run"),
            Browser = root.Text("browser") ?? "",
            System = root.Text("os") ?? "",
            Address = root.Text("ip") ?? "",
            ProviderSession = root.Text("sid"),
        };
    }

    private async Task<Document?> FindAsync(string id)
    {
        try
        {
            return await _documents.ReadAsync(id) is { Deleted: false } document ? document : null;
        }
        catch (CozyException failure) when (failure.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    private async Task<string?> EditAsync(Edit edit)
    {
        var outcome = (await _documents.EditAsync([edit]))[0];
        return outcome.Error is null ? outcome.Revision : throw CozyException.Conflict(outcome.Reason!);
    }
}
